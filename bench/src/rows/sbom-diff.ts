// Two bills of materials compared beside JSON.parse of both, which any comparison must pay for in some form.
import { BenchError } from '../bench-error.ts';
import type { Row } from '../harness/row.ts';
import { startChecked } from '../harness/worker-variant.ts';

const module = new URL('./sbom-diff.variants.ts', import.meta.url).href;
const sizes = [
  { components: 10_000, set: 'quick', sliceMs: 400, gate: null },
  { components: 100_000, set: 'full', sliceMs: 4000, gate: { kind: 'cost', atMost: 1.8 } },
] as const;

export const sbomDiffRows: readonly Row[] = sizes.map(({ components, set, sliceMs, gate }) => {
  const name = `sbom-diff-${components / 1000}k`;
  return {
    name,
    title: `what changed between two CycloneDX documents of ${components} components, beside JSON.parse of both`,
    set,
    sliceMs,
    comparisons: [{ name: `${name}-vs-parse`, subject: 'diff', baseline: 'parse', metric: 'cpu', gate, kind: 'cost' }],
    start: (context) =>
      startChecked(
        ['diff', 'parse'].map((factory) => ({ name: factory, module, factory, options: { components } })),
        context,
        // Every thousandth component was rebuilt; to the parser the documents are two lists of the same length.
        ({ diff, parse }) => {
          if (diff !== `changed ${components / 1000}` || parse !== components * 2)
            throw new BenchError('ANSWERS_DIFFER', `the diff found ${String(diff)}, the parser ${String(parse)} components`);
        },
      ),
  };
});
