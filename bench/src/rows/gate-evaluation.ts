// A new decision beside the cryptography in it. Evaluation: three evidence bundles verified as at their receipt, facts, policy, decision statement,
// signature, by the real functions with a store that keeps nothing. Cryptography: the same three verifications (ECDSA P-256), the nine digests and the one
// signature, over the same bytes, by `node:crypto`. The first of several decisions about a release pays for all verifications, later ones for those of new evidence.
import type { Row } from '../harness/row.ts';
import { startAgreeing } from '../harness/worker-variant.ts';

const module = new URL('./gate-evaluation.variants.ts', import.meta.url).href;

export const gateEvaluationRow: Row = {
  name: 'gate-evaluation',
  title: 'a new decision beside the cryptography in it',
  set: 'quick',
  // Its warm-up is twice that long: a gate runs for days, and after half a second most of it is not compiled yet.
  sliceMs: 500,
  comparisons: [
    {
      name: 'gate-evaluation-vs-cryptography',
      subject: 'evaluation',
      baseline: 'cryptography',
      metric: 'cpu',
      gate: { kind: 'cost', atMost: 1.5 },
    },
  ],
  start: (context) =>
    startAgreeing(
      ['evaluation', 'cryptography'].map((name) => ({ name, module, factory: name })),
      context,
    ),
};
