// in-toto vulns v0.2 (https://github.com/in-toto/attestation/blob/main/spec/predicates/vulns_0.2.md).
import { type Severity, severities } from '@promotable/contracts';
import { FaultList, quoted } from '../fault-list.ts';
import { FindingSet, severityOf, toFinding } from '../readers/finding.ts';
import { optionalTime } from '../readers/report-time.ts';
import { fieldsOf, scannerOf, textOf } from '../readers/scan-format.ts';
import type { ItemReading, SignedPredicate } from './item-reading.ts';

const maxFindings = 200;

/**
 * Counts the findings by the worst rating that each is given, a word or a CVSS score; one that cannot be read is `unknown`. The predicate
 * names no component, so none is told.
 * @throws {EvidenceError} `EVIDENCE_INVALID` with every fault, paths from the predicate
 */
export function readVulns({ predicate, payloadDigest }: SignedPredicate): ItemReading {
  const faults = new FaultList();
  const scanner = fieldsOf(predicate['scanner']);
  const { uri, version, db, result } = scanner;
  const metadata = fieldsOf(predicate['metadata']);
  const name = textOf(uri);
  if (name === null) faults.add('/scanner/uri', 'required', `must name the scanner, not ${quoted(uri)}`);
  const time = (value: unknown, path: string) => {
    const span = optionalTime(value, path, faults);
    if (value === undefined || value === null || value === '')
      faults.add(path, 'required', 'must be stated: the age of a scan hangs on it');
    return span?.until ?? 0;
  };
  const [from, until] = [
    time(metadata['scanStartedOn'], '/metadata/scanStartedOn'),
    time(metadata['scanFinishedOn'], '/metadata/scanFinishedOn'),
  ];
  if (from > until && faults.isEmpty) faults.add('/metadata/scanFinishedOn', 'reversed', 'must not lie before scanStartedOn');
  const built = optionalTime(fieldsOf(db)['lastUpdate'], '/scanner/db/lastUpdate', faults);
  const found = new FindingSet();
  if (!Array.isArray(result)) faults.add('/scanner/result', 'required', 'must be a list; without it the scanner did not look');
  for (const [index, entry] of (Array.isArray(result) ? (result as unknown[]) : []).entries()) {
    const { id, severity } = fieldsOf(entry);
    const called = textOf(id);
    if (called === null) faults.add(`/scanner/result/${index}/id`, 'required', `must name the vulnerability, not ${quoted(id)}`);
    else found.add({ id: called, aliases: [], purl: null, severity: worstOf(severity), fixedIn: [] });
  }
  faults.throwIfAny('EVIDENCE_INVALID', 'vulnerabilities');
  const findings = found.toArray();
  const counts = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 };
  for (const { severity } of findings) counts[severity]++;
  const listed = findings.slice(0, maxFindings).map(toFinding);
  return {
    item: 'scan',
    value: {
      format: 'in-toto-vulns',
      scanner: scannerOf(name ?? '', version),
      documentDigests: [payloadDigest],
      databaseBuiltAt: built === null ? { absent: 'NOT_STATED' } : new Date(built.until).toISOString(),
      counts,
      notAffected: 0,
      findings: listed,
      unlisted: findings.length - listed.length,
    },
    samples: findings.length,
    observed: { from, until },
    runId: null,
  };
}

/** The worst of what several methods say; unknown where none says anything that can be read. */
function worstOf(ratings: unknown): Severity {
  const read = (Array.isArray(ratings) ? (ratings as unknown[]) : []).map((rating) => ratingOf(fieldsOf(rating)['score']));
  return read.sort((a, b) => severities.indexOf(a) - severities.indexOf(b))[0] ?? 'unknown';
}

/** A word, or a score from 0.0 to 10.0 by the bands of CVSS v3.1 §5. A vector is not worked out. */
function ratingOf(score: unknown): Severity {
  const text = typeof score === 'number' ? String(score) : (textOf(score) ?? '');
  if (!/^\d{1,2}(\.\d+)?$/.test(text)) return severityOf(text);
  const value = Number(text);
  if (value > 10) return 'unknown';
  return value >= 9 ? 'critical' : value >= 7 ? 'high' : value >= 4 ? 'medium' : 'low';
}
