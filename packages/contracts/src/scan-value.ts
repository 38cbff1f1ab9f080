import { z } from 'zod';
import { Absent } from './absent.ts';
import { Count, Instant, Sha256Hex } from './primitives.ts';

/** Every {@link Severity}, the worst first; what no source rates stands last and is not therefore harmless. */
export const severities = ['critical', 'high', 'medium', 'low', 'unknown'] as const;
/** How bad a finding is, by whoever scanned. */
export const Severity = z.enum(severities);
/** How bad a finding is, by whoever scanned. */
export type Severity = z.infer<typeof Severity>;

/** Distinct findings by severity. */
export const SeverityCounts = z.strictObject({ critical: Count, high: Count, medium: Count, low: Count, unknown: Count });

/** One vulnerability in one component. */
export const Finding = z.strictObject({
  /** CVE, GHSA or the scanner's own name. */
  id: z.string().min(1).max(128),
  /** Package URL of the component. */
  purl: z.union([z.string().min(1).max(512), Absent(['NOT_STATED'])]),
  severity: Severity,
  /** Versions without it, the nearest first; empty where none is known. */
  fixedIn: z.array(z.string().min(1).max(128)).max(8),
});

/**
 * What a vulnerability scan found, distinct by (id, purl), without what an OpenVEX statement calls not affected or fixed. `findings` lists
 * the worst first, then by id and purl; what goes beyond the list is `unlisted`.
 */
export const ScanValue = z
  .strictObject({
    format: z.enum(['grype', 'trivy', 'sarif', 'in-toto-vulns']),
    scanner: z.strictObject({ name: z.string().min(1).max(64), version: z.union([z.string().min(1).max(64), Absent(['NOT_STATED'])]) }),
    /** sha256 of each document's bytes, OpenVEX documents included. */
    documentDigests: z.array(Sha256Hex).min(1).max(256),
    databaseBuiltAt: z.union([Instant, Absent(['NOT_STATED'])]),
    counts: SeverityCounts,
    /** Findings that an OpenVEX statement took out. */
    notAffected: Count,
    findings: z.array(Finding).max(200),
    unlisted: Count,
  })
  .superRefine(({ counts, findings, unlisted }, context) => {
    const fault = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const total = severities.reduce((sum, severity) => sum + counts[severity], 0);
    if (total !== findings.length + unlisted) fault(['unlisted'], 'listed and unlisted findings together must equal the sum of counts');
    const listed = (severity: Severity) => findings.filter((finding) => finding.severity === severity).length;
    for (const severity of severities) {
      if (listed(severity) > counts[severity]) fault(['counts', severity], 'must not be less than the findings listed');
    }
    const places = findings.map(({ severity }) => severities.indexOf(severity));
    const disorder = places.findIndex((place, at) => at > 0 && place < (places[at - 1] ?? 0));
    if (disorder !== -1) fault(['findings', disorder, 'severity'], 'findings must be listed the worst first');
    const seen = new Set<string>();
    for (const [at, { id, purl }] of findings.entries()) {
      const key = JSON.stringify([id, purl]);
      if (seen.has(key)) fault(['findings', at], 'must not be listed twice');
      seen.add(key);
    }
  });
export type Finding = z.infer<typeof Finding>;
export type ScanValue = z.infer<typeof ScanValue>;
