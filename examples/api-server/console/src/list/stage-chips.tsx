import type { ReleasesQuery } from '@promotable/contracts/graphql';
import { Elapsed } from '../marks/elapsed.tsx';
import { stageName } from '../marks/figures.ts';
import { Verdict } from '../marks/verdict.tsx';

type Stages = ReleasesQuery['releases']['releases'][number]['stages'];

/** The last verdict of every stage, by environment. */
export function StageChips({ stages }: { stages: Stages }) {
  if (stages.length === 0) return <p class="quiet">No gate has asked yet</p>;
  const environments = Map.groupBy(stages, ({ environment }) => environment);
  return (
    <dl class="stages">
      {[...environments].map(([environment, verdicts]) => (
        <div key={environment}>
          <dt>{environment}</dt>
          {verdicts.map(({ stage, verdict, reasons, heldSince }) => (
            <dd key={stage} title={reasons.join(', ')}>
              <span class="stage">{stageName(stage)}</span> <Verdict verdict={verdict} />
              {heldSince !== null && (
                <span class="quiet">
                  {' '}
                  for <Elapsed since={heldSince} />
                </span>
              )}
              {reasons[0] !== undefined && (
                <code class="code">
                  {reasons[0]}
                  {reasons.length > 1 && ` +${reasons.length - 1}`}
                </code>
              )}
            </dd>
          ))}
        </div>
      ))}
    </dl>
  );
}
