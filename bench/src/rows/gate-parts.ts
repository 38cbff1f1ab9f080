// What of a new decision goes where: its verdict and the verification of its evidence, each alone, beside the cryptography of the whole.
import { isDeepStrictEqual } from 'node:util';
import { BenchError } from '../bench-error.ts';
import type { Row } from '../harness/row.ts';
import { startChecked } from '../harness/worker-variant.ts';

const module = new URL('./gate-evaluation.variants.ts', import.meta.url).href;

export const gatePartsRow: Row = {
  name: 'gate-parts',
  title: 'the parts of a new decision beside the cryptography of the whole',
  set: 'full',
  sliceMs: 500,
  comparisons: ['verdict', 'verification'].map((subject) => ({
    name: `gate-${subject}-vs-cryptography`,
    subject,
    baseline: 'cryptography',
    metric: 'cpu' as const,
    gate: null,
  })),
  start: (context) =>
    startChecked(
      ['verdict', 'verification', 'cryptography'].map((name) => ({ name, module, factory: name })),
      context,
      (answers) => {
        if (!isDeepStrictEqual(answers, { verdict: 'pass', verification: 3, cryptography: { verified: 3, isSigned: true } }))
          throw new BenchError('ANSWERS_DIFFER', 'the parts are not those of a pass');
      },
    ),
};
