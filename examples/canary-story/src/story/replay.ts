// Every decision of the story made again from its own policy and its own facts.
import { z } from 'zod';
import { StoryError } from '../story-error.ts';
import type { Mc } from './mc-command.ts';
import type { StoryParts } from './story-parts.ts';

const Explained = z.object({ replayed: z.enum(['equal', 'different']) });

/** Explains each decision once, as a user would, and tells how many came out equal. */
export async function tellReplay({ narrator, clock }: StoryParts, mc: Mc): Promise<void> {
  const since = clock.monotonic();
  const ids = [...new Set(narrator.steps.flatMap(({ decisionId }) => decisionId ?? []))];
  let equal = 0;
  for (const id of ids) {
    const { stdout, stderr } = await mc(['decision', 'explain', id, '--json']);
    const explained = Explained.safeParse(stdout === '' ? null : JSON.parse(stdout));
    if (!explained.success) throw new StoryError('COMMAND_FAILED', `mc decision explain ${id} says: ${stderr.trim().slice(-500)}`);
    if (explained.data.replayed === 'equal') equal += 1;
  }
  const outcome = `${equal} of ${ids.length} equal`;
  const text = `mc decision explain makes each decision again from its own policy and facts: ${outcome}`;
  narrator.tell(
    { release: null, stage: null, verdict: null, reasons: [], outcome, text, since },
    { outcome: `${ids.length} of ${ids.length} equal` },
  );
}
