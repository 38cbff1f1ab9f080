import { DecisionCard } from './decision-card.tsx';
import type { ToldDecision } from './told.ts';

export function Decisions({ decisions }: { decisions: readonly ToldDecision[] }) {
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">Decisions</h2>
      {decisions.length === 0 ? (
        <p class="quiet">None yet: no gate has asked.</p>
      ) : (
        <ol class="decisions">
          {decisions.map((decision) => (
            <li key={decision.id}>
              <DecisionCard decision={decision} />
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
