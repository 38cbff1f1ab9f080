// What a decision of the policy costs: remembered, made in WebAssembly, made by an OPA server, and written by hand.
import { resolveOpa, ServicesError } from '@promotable/services';
import { join } from 'node:path';
import { BenchError } from '../bench-error.ts';
import type { Row } from '../harness/row.ts';
import { startAgreeing } from '../harness/worker-variant.ts';

const module = new URL('./policy-decision.variants.ts', import.meta.url).href;
const opaModule = new URL('./opa-server.variants.ts', import.meta.url).href;

export const policyDecisionRows: readonly Row[] = [
  {
    name: 'policy-cached',
    title: 'a decision of the policy that is remembered (the thresholds of a service in an environment) beside a hand-written check',
    set: 'quick',
    sliceMs: 80,
    comparisons: [
      { name: 'policy-cached-vs-hand', subject: 'cached', baseline: 'byHand', metric: 'cpu', gate: { kind: 'cost', atMost: 5 } },
    ],
    start: (context) =>
      startAgreeing(
        ['cached', 'byHand'].map((name) => ({ name, module, factory: name })),
        context,
      ),
  },
  {
    name: 'policy-wasm',
    title: 'a verdict by WebAssembly beside the bare comparisons that it comes down to',
    set: 'quick',
    sliceMs: 120,
    comparisons: [{ name: 'policy-wasm-vs-hand', subject: 'wasm', baseline: 'verdictsByHand', metric: 'cpu', gate: null }],
    start: (context) =>
      startAgreeing(
        ['wasm', 'verdictsByHand'].map((name) => ({ name, module, factory: name })),
        context,
      ),
  },
  {
    name: 'policy-opa',
    title: 'a verdict by WebAssembly beside one by an OPA server on the same machine, one after the other',
    set: 'full',
    sliceMs: 300,
    comparisons: [{ name: 'policy-wasm-vs-opa-server', subject: 'wasm', baseline: 'opaServer', metric: 'wall', gate: null }],
    async start(context) {
      const options = { program: await opa(context.say), rego: join(context.root, 'policies/rego') };
      const specs = [
        { name: 'wasm', module, factory: 'wasm' },
        { name: 'opaServer', module: opaModule, factory: 'opaServer', options },
      ];
      return startAgreeing(specs, context);
    },
  },
];

async function opa(say: (line: string) => void): Promise<string> {
  try {
    return await resolveOpa({ onProgress: say });
  } catch (cause) {
    if (!(cause instanceof ServicesError)) throw cause;
    throw new BenchError('UNAVAILABLE', cause.message, { cause });
  }
}
