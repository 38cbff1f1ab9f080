// Vulnerability scans → facts. What is counted stands in `counts`; of the findings only so many are listed that the facts stay small.
import { type ExceptionFact, type ItemStanding, type RolloutFacts, type ScanValue, severities } from '@promotable/contracts';
import { earlierOf, provenance, type Reading } from './item-facts.ts';

/** Findings listed over all scans of a release; with texts of their greatest length these are some 190 kB. */
const maxListed = 200;

type Scans = RolloutFacts['items']['scan'];

/** Lists the findings that an exception names before all others, lest it be too long a list for it to count. */
export function scanFact(
  standings: readonly ItemStanding<ScanValue>[],
  reading: Reading,
  exceptions: readonly Pick<ExceptionFact, 'rule'>[],
): Scans {
  if (standings.length === 0) return { absent: 'NO_EVIDENCE' };
  const named = new Set(exceptions.map(({ rule }) => rule));
  const listed = mostUrgent(standings, named);
  return standings.map((standing) => {
    const { value, observed } = standing.counting;
    const earlier = earlierOf(standing, ({ counts }, record) => ({
      counts,
      endedBeforeMs: Math.max(0, observed.until - record.observed.until),
    }));
    if ('absent' in value) return { ...provenance(standing, reading), earlier, value: { absent: 'SCAN_ABSENT' } };
    const { counts, findings, databaseBuiltAt } = value;
    return {
      ...provenance(standing, reading),
      earlier,
      value: {
        counts,
        findings: findings
          .filter((finding) => listed === null || listed.has(finding))
          .map(({ id, purl, severity, fixedIn }) => ({ id, purl, severity, fixedIn: fixedIn.slice(0, 2) })),
        databaseAgeMs: typeof databaseBuiltAt === 'string' ? Math.max(0, observed.until - Date.parse(databaseBuiltAt)) : databaseBuiltAt,
      },
    };
  });
}

/** The findings to be listed; null = all of them. */
function mostUrgent(standings: readonly ItemStanding<ScanValue>[], named: ReadonlySet<unknown>): ReadonlySet<object> | null {
  const findings = standings.flatMap(({ counting: { value } }) => ('absent' in value ? [] : value.findings));
  if (findings.length <= maxListed) return null;
  const rank = ({ id, severity }: (typeof findings)[number]) => (named.has(id) ? -1 : severities.indexOf(severity));
  return new Set(findings.toSorted((a, b) => rank(a) - rank(b)).slice(0, maxListed));
}
