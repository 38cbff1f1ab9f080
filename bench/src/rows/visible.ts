// How long after its receipt evidence is in the answer of `evidenceOk`: at the replica that took it, and at another one on the same database.
import type { Row } from '../harness/row.ts';
import { startChild } from '../harness/child.ts';
import type { Slice, Variant } from '../harness/variant.ts';
import { startReplicas } from './visible.replicas.ts';
import type { Asked, VisibleQuestion } from './visible.contract.ts';

const names: readonly Asked[] = ['question', 'here', 'there'];
const node = [process.execPath, '--conditions=@promotable/source'];

export const visibleRow: Row = {
  name: 'visible-after-publish',
  title: 'from the receipt of evidence to an answer of evidenceOk with it, beside a question without news',
  set: 'full',
  sliceMs: 2000,
  comparisons: (['here', 'there'] as const).flatMap((subject) =>
    (['p50', 'p95'] as const).map((metric) => ({
      name: `visible-${subject}-${metric}`,
      subject,
      baseline: 'question',
      metric,
      gate: null,
    })),
  ),
  async start(context) {
    const replicas = await startReplicas(2, context);
    const generator = startChild({
      argv: context.placement.at('load', [...node, new URL('./visible.load.ts', import.meta.url).pathname]),
      signal: context.signal,
    });
    const close = async (): Promise<void> => {
      await generator.close();
      await replicas.close();
    };
    const ask = async (question: Omit<VisibleQuestion, 'urls' | 'data'>): Promise<Slice> =>
      (await generator.ask({ ...question, urls: replicas.urls, data: replicas.data } satisfies VisibleQuestion)) as Slice;
    // The first one to be closed takes the replicas along; the others have ended what they asked of them.
    return names.map(
      (asked, index): Variant => ({
        name: asked,
        warmUp: async (durationMs) => void (await ask({ asked, durationMs })),
        measure: (durationMs) => ask({ asked, durationMs }),
        close: index === 0 ? close : async () => undefined,
      }),
    );
  },
};
