import { type Finding, severities, type Severity } from '@promotable/contracts';
import { sha256Hex } from '@promotable/attest';

/** A finding as its report states it, before findings of one (id, purl) become one. */
export interface ReportedFinding {
  readonly id: string;
  /** Other names of the same vulnerability, by which a VEX statement may call it. */
  readonly aliases: readonly string[];
  readonly purl: string | null;
  readonly severity: Severity;
  readonly fixedIn: readonly string[];
}

/** The worst of a report's words for severities; what is not known is `unknown`, which is not harmless. */
export function severityOf(word: unknown): Severity {
  const name = typeof word === 'string' ? word.toLowerCase() : '';
  // Grype's `Negligible` is the distributions' word for what they will not mend; the schema has nothing lower than low.
  if (name === 'negligible') return 'low';
  return severities.find((severity) => severity === name) ?? 'unknown';
}

const limits = { id: 128, purl: 512, fixedIn: 128 } as const;

/** Distinct findings by (id, purl), the worst severity of each, the worst first, then by id and purl. */
export class FindingSet {
  readonly #findings = new Map<string, ReportedFinding>();

  add(finding: ReportedFinding): void {
    const key = JSON.stringify([finding.id, finding.purl]);
    const known = this.#findings.get(key);
    if (known === undefined) return void this.#findings.set(key, finding);
    const isWorse = severities.indexOf(finding.severity) < severities.indexOf(known.severity);
    this.#findings.set(key, {
      ...known,
      // Unknown may be the worst there is: a rating beside it says more, and both stay on the safe side only when the rating wins.
      severity: isWorse ? finding.severity : known.severity,
      aliases: [...new Set([...known.aliases, ...finding.aliases])],
      fixedIn: [...new Set([...known.fixedIn, ...finding.fixedIn])],
    });
  }

  toArray(): ReportedFinding[] {
    const place = ({ severity }: ReportedFinding) => severities.indexOf(severity);
    const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    return [...this.#findings.values()].sort((a, b) => place(a) - place(b) || compare(a.id, b.id) || compare(a.purl ?? '', b.purl ?? ''));
  }
}

/** The form that is signed. */
export function toFinding({ id, purl, severity, fixedIn }: ReportedFinding): Finding {
  return {
    id: fit(id, limits.id),
    purl: purl === null ? { absent: 'NOT_STATED' } : fit(purl, limits.purl),
    severity,
    fixedIn: fixedIn.slice(0, 8).map((version) => fit(version, limits.fixedIn)),
  };
}

/** A text that fits, still distinct from others that begin as it does. */
function fit(text: string, length: number): string {
  const clean = text.toWellFormed();
  return clean.length <= length ? clean : `${clean.slice(0, length - 17).toWellFormed()}~${sha256Hex(clean).slice(0, 16)}`;
}
