import type { ToldReason } from './told.ts';
import { Prose } from '../marks/prose.tsx';
import { measuredAgainst } from './measured-against.ts';

/** Why, in the policy's own order: what is the matter, how far off it is, what to do. */
export function Reasons({ reasons }: { reasons: readonly ToldReason[] }) {
  if (reasons.length === 0) return null;
  return (
    <ul class="reasons">
      {reasons.map((reason, index) => {
        const measured = measuredAgainst(reason.params);
        return (
          <li key={`${reason.code}/${index}`}>
            <p>
              <Prose text={reason.message} /> <code class="code">{reason.code}</code>
            </p>
            {measured !== null && (
              <p class="measured">
                <span>measured {measured.measured}</span> <span>budget {measured.budget}</span>
              </p>
            )}
            {reason.fix !== '' && (
              <p class="fix">
                <Prose text={reason.fix} />
              </p>
            )}
          </li>
        );
      })}
    </ul>
  );
}
