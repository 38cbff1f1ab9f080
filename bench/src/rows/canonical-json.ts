// Canonical JSON (RFC 8785): what the fixed order costs, and what others pay for it.
import { isDeepStrictEqual } from 'node:util';
import { BenchError } from '../bench-error.ts';
import type { Comparison, Row } from '../harness/row.ts';
import { startChecked } from '../harness/worker-variant.ts';
import { type Shape, shapes } from './canonical-json.payloads.ts';

const module = new URL('./canonical-json.variants.ts', import.meta.url).href;

export const canonicalJsonRows: readonly Row[] = shapes.map((shape) => ({
  name: shape === 'evidence' ? 'canonical-json' : `canonical-json-${shape}`,
  title: `the RFC 8785 form of ${shape} beside JSON.stringify and the package canonicalize`,
  set: 'quick',
  sliceMs: 120,
  comparisons: comparisons(shape),
  async start(context) {
    const options = { shape, peers: await context.peers() };
    const specs = ['ours', 'stringify', 'library'].map((name) => ({ name, module, factory: name, options }));
    return startChecked(specs, context, ({ ours, stringify, library }) => {
      const same = isDeepStrictEqual(ours, library) && isDeepStrictEqual(parsed(ours), parsed(stringify));
      if (!same) throw new BenchError('ANSWERS_DIFFER', `the texts of ${shape} differ`);
    });
  },
}));

/** The limits hold for the evidence statement, which is what is signed; the other shapes are told. */
function comparisons(shape: Shape): readonly Comparison[] {
  const isJudged = shape === 'evidence';
  const name = isJudged ? 'canonical-json' : `canonical-json-${shape}`;
  return [
    {
      name: `${name}-vs-stringify`,
      subject: 'ours',
      baseline: 'stringify',
      metric: 'cpu',
      gate: isJudged ? { kind: 'cost', atMost: 3.2 } : null,
    },
    {
      name: `${name}-vs-canonicalize`,
      subject: 'ours',
      baseline: 'library',
      metric: 'cpu',
      gate: isJudged ? { kind: 'share', atLeast: 1.8 } : null,
      kind: 'share',
    },
  ];
}

function parsed(texts: unknown): unknown {
  return (texts as string[]).map((text) => JSON.parse(text) as unknown);
}
