import { stageName } from '../marks/figures.ts';
import { Elapsed } from '../marks/elapsed.tsx';
import { Moment } from '../marks/moment.tsx';
import { Prose } from '../marks/prose.tsx';
import { Verdict } from '../marks/verdict.tsx';
import type { ToldDecision } from './told.ts';

/** The last verdict of each stage, in one line each, with its first reason. */
export function Outcome({ decisions }: { decisions: readonly ToldDecision[] }) {
  // What was asked in shadow is the outcome of nothing.
  const enforced = decisions.filter(({ mode }) => mode === 'enforced');
  const latest = [...Map.groupBy(enforced, ({ environment, stage }) => `${environment}\n${stage}`).values()].flatMap(
    ([first]) => first ?? [],
  );
  if (latest.length === 0) return <p class="outcome quiet">No gate has asked about this release yet.</p>;
  const ordered = latest.sort(
    (a, b) => a.environment.localeCompare(b.environment) || Number.parseInt(a.stage ?? '', 10) - Number.parseInt(b.stage ?? '', 10),
  );
  return (
    <ul class="outcome">
      {ordered.map(({ id, environment, stage, verdict, evaluatedAt, heldSince, reasons }) => (
        <li key={id} class={verdict}>
          <Verdict verdict={verdict} size={20} />
          <span>
            <strong>
              {environment}, {stageName(stage)}
            </strong>{' '}
            <span class="quiet">
              {heldSince === null ? (
                <Moment at={evaluatedAt} />
              ) : (
                <>
                  held for <Elapsed since={heldSince} />
                </>
              )}
            </span>
            {reasons[0] !== undefined && (
              <span class="why">
                <Prose text={reasons[0].message} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
