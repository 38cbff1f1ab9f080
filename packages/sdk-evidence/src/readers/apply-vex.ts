import type { ReportedFinding } from './finding.ts';
import type { VexProduct, VexStatement } from './openvex.ts';
import { purlMatches } from './purl-match.ts';

/** What is left of the findings, and how many were taken out. */
export interface VexOutcome {
  readonly findings: readonly ReportedFinding[];
  readonly notAffected: number;
}

/**
 * Takes out what the latest statement about it calls `not_affected` or `fixed`. A statement speaks of a finding when it names the
 * vulnerability, by its id or an alias, and the component by its purl: as the product itself, or as a part of a product that is one of
 * `artifacts` (sha256). Statements of one time that contradict each other take nothing out.
 */
export function applyVex(
  findings: readonly ReportedFinding[],
  statements: readonly VexStatement[],
  artifacts: readonly string[],
): VexOutcome {
  const byName = new Map<string, VexStatement[]>();
  for (const statement of statements) {
    for (const name of new Set(statement.names)) byName.set(name, [...(byName.get(name) ?? []), statement]);
  }
  const left = findings.filter((finding) => {
    const { purl } = finding;
    if (purl === null) return true;
    const about = [finding.id, ...finding.aliases]
      .flatMap((name) => byName.get(name) ?? [])
      .filter(({ products }) => products.some((product) => speaksOf(product, purl, artifacts)));
    const latest = Math.max(...about.map(({ at }) => at));
    const last = about.filter(({ at }) => at === latest);
    return last.length === 0 || last.some(({ status }) => status !== 'not_affected' && status !== 'fixed');
  });
  return { findings: left, notAffected: findings.length - left.length };
}

function speaksOf({ identifiers, parts }: VexProduct, purl: string, artifacts: readonly string[]): boolean {
  if (parts.length === 0) return identifiers.some((identifier) => purlMatches(identifier, purl));
  const isOurs = identifiers.some((identifier) => artifacts.some((sha256) => namesDigest(identifier, sha256)));
  return isOurs && parts.some((part) => part.some((identifier) => purlMatches(identifier, purl)));
}

/** `pkg:oci/app@sha256%3A<hex>`, `registry/app@sha256:<hex>`, or a hash `sha-256:<hex>`. */
function namesDigest(identifier: string, sha256: string): boolean {
  const text = identifier.toLowerCase();
  return [`@sha256:${sha256}`, `@sha256%3a${sha256}`, `sha-256:${sha256}`].some((form) => {
    const at = text.indexOf(form);
    return at !== -1 && !/^[0-9a-f]/.test(text.slice(at + form.length));
  });
}
