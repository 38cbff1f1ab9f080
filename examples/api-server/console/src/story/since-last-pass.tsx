import type { ToldDecision } from './told.ts';
import { Moment } from '../marks/moment.tsx';

const names: Readonly<Record<string, string>> = {
  release: 'release',
  digests: 'artifacts',
  policy: 'policy',
  override: 'override',
  components: 'components',
  tests: 'tests',
  failedTests: 'failed tests',
  samples: 'requests measured',
  p95Ms: 'p95, ms',
  errorRate: 'error rate',
};

/** What is not as it was when this stage was passed last: the first suspect. */
export function SinceLastPass({ since: { releaseId, evaluatedAt, changes } }: { since: NonNullable<ToldDecision['sinceLastPass']> }) {
  return (
    <details class="since" open>
      <summary>
        Changed since the last pass ({releaseId}, <Moment at={evaluatedAt} />)
      </summary>
      {changes.length === 0 ? (
        <p class="quiet">Nothing that is compared.</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Then</th>
              <th scope="col">Now</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ what, before, after }) => (
              <tr key={what}>
                <th scope="row">{names[what] ?? what}</th>
                <td>{short(before)}</td>
                <td>{short(after)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

/** Digests by their beginning; figures as they are. */
function short(value: string | null): string {
  if (value === null || value === '') return 'none';
  return value.replaceAll(/(sha256:)?([0-9a-f]{12})[0-9a-f]{52}/g, '$2…');
}
