// SARIF 2.1.0 (OASIS, errata 01): results of any analysis, rated by the property `security-severity` that scanners write for GitHub.
import type { FaultList } from '../fault-list.ts';
import { quoted } from '../fault-list.ts';
import { pointerOf } from '../json-pointer.ts';
import type { Severity } from '@promotable/contracts';
import type { JsonPath } from './json-scanner.ts';
import { type ReportedFinding, severityOf } from './finding.ts';
import { joinSpans, oldestSpan, optionalTime, type ObservedSpan } from './report-time.ts';
import { fieldsOf, scannerOf, textOf, type ScanFormat } from './scan-format.ts';

interface Rule {
  readonly id: string | null;
  readonly rating: unknown;
  readonly purls: readonly string[];
}

/** What is kept of a result until the rules of its run are known, which may come later. */
interface Result {
  readonly ruleId: string | null;
  readonly ruleIndex: number | null;
  readonly extension: number | null;
  readonly rating: unknown;
  readonly path: string;
}

interface Run {
  name: string | null;
  version: string | null;
  hasResults: boolean;
  readonly results: Result[];
  readonly rules: Map<string, Rule>;
  observed: ObservedSpan | null;
}

export const sarif: ScanFormat = {
  format: 'sarif',
  collect(faults, warnings) {
    const runs: Run[] = [];
    let version: unknown;
    let isSarif = false;
    let suppressed = 0;

    function runValue(run: Run, value: unknown, path: JsonPath): void {
      const member = path[2];
      if (member === 'results' && path.length === 4) {
        const fields = fieldsOf(value);
        if (isSuppressed(fields)) suppressed++;
        else if (fields['kind'] === undefined || isFinding.has(fields['kind'])) run.results.push(resultOf(fields, path, faults));
      } else if (member === 'tool' && path[3] === 'driver' && path.length === 5) {
        if (path[4] === 'name') run.name = textOf(value);
        if (path[4] === 'semanticVersion' || path[4] === 'version') run.version ??= textOf(value);
      } else if (member === 'tool' && path.at(-2) === 'rules') addRule(run, value, path);
      else if (member === 'invocations' && path.length === 4) readInvocation(run, fieldsOf(value), pointerOf(path), faults);
    }

    return {
      recognises: () => isSarif,
      open(path) {
        if (path[0] !== 'runs') return;
        isSarif = true;
        if (path.length === 2) runs.push({ name: null, version: null, hasResults: false, results: [], rules: new Map(), observed: null });
        const run = runs.at(-1);
        if (run !== undefined && path.length === 3 && path[2] === 'results') run.hasResults = true;
      },
      value(value, path) {
        const run = runs.at(-1);
        if (path[0] === 'version' && path.length === 1) version = value;
        else if (path[0] === 'runs' && path.length === 2) faults.add(pointerOf(path), 'invalid_type', 'must be an object');
        else if (path[0] === 'runs' && run !== undefined) runValue(run, value, path);
      },
      summary() {
        if (version !== '2.1.0') faults.add('/version', 'unsupported_version', `must be "2.1.0", not ${quoted(version)}`);
        if (runs.length === 0) faults.add('/runs', 'nothing_scanned', 'lists no run of a scanner');
        for (const [index, { name, hasResults }] of runs.entries()) {
          if (name === null) faults.add(`/runs/${index}/tool/driver/name`, 'required', 'must name the scanner');
          if (!hasResults) faults.add(`/runs/${index}/results`, 'required', 'must be a list; without it the scanner did not look');
        }
        const [first] = runs;
        for (const [index, { name }] of runs.entries()) {
          if (name !== null && name !== first?.name)
            faults.add(`/runs/${index}/tool/driver/name`, 'several_scanners', 'is another scanner; make a record for each');
        }
        if (suppressed > 0) warnings.add('/runs', 'ignored_by_scanner', `${suppressed} results are suppressed in the report`);
        return {
          scanner: scannerOf(first?.name ?? 'unknown', first?.version),
          databaseBuiltAt: null,
          observed: oldestSpan(runs.map(({ observed }) => observed)),
          findings: runs.flatMap((run) => run.results.flatMap((result) => findingsOf(result, run, faults))),
        };
      },
    };
  },
};

/** Kinds of a result that say something was found, or that somebody must look; the others are `pass`, `notApplicable`, `informational`. */
const isFinding = new Set<unknown>(['fail', 'open', 'review']);

/** SARIF 3.27.23: suppressed where there are suppressions and all are accepted. */
function isSuppressed({ suppressions }: Record<string, unknown>): boolean {
  return (
    Array.isArray(suppressions) &&
    suppressions.length > 0 &&
    suppressions.every((suppression) => [undefined, 'accepted'].includes(fieldsOf(suppression)['status'] as string | undefined))
  );
}

function resultOf(fields: Record<string, unknown>, path: JsonPath, faults: FaultList): Result {
  const rule = fieldsOf(fields['rule']);
  const index = fields['ruleIndex'] ?? rule['index'];
  const extension = fieldsOf(rule['toolComponent'])['index'];
  const result: Result = {
    ruleId: textOf(fields['ruleId']) ?? textOf(rule['id']),
    ruleIndex: typeof index === 'number' && index >= 0 ? index : null,
    extension: typeof extension === 'number' && extension >= 0 ? extension : null,
    rating: fieldsOf(fields['properties'])['security-severity'],
    path: pointerOf(path),
  };
  if (result.ruleId === null && result.ruleIndex === null)
    faults.add(`${result.path}/ruleId`, 'required', 'must name the rule that found it');
  return result;
}

/** Rules by their place (`driver/3`, `0/3` in the first extension) and by their id. */
function addRule(run: Run, value: unknown, path: JsonPath): void {
  const { id, properties } = fieldsOf(value);
  const { 'security-severity': score, tags, purls } = fieldsOf(properties);
  // Trivy writes the severity among the tags, older versions there alone.
  const rating = score ?? (Array.isArray(tags) ? (tags as unknown[]).find((tag) => severityOf(tag) !== 'unknown') : undefined);
  const rule = { id: textOf(id), rating, purls: Array.isArray(purls) ? purls.map(textOf).filter((purl) => purl !== null) : [] };
  run.rules.set(`${path[3] === 'driver' ? 'driver' : path[4]}/${path.at(-1)}`, rule);
  if (rule.id !== null && !run.rules.has(`id:${rule.id}`)) run.rules.set(`id:${rule.id}`, rule);
}

function readInvocation(run: Run, fields: Record<string, unknown>, path: string, faults: FaultList): void {
  if (fields['executionSuccessful'] === false)
    faults.add(`${path}/executionSuccessful`, 'scan_failed', 'says that the scan did not succeed');
  const end = optionalTime(fields['endTimeUtc'], `${path}/endTimeUtc`, faults);
  run.observed = joinSpans(run.observed, end ?? optionalTime(fields['startTimeUtc'], `${path}/startTimeUtc`, faults));
}

function findingsOf({ ruleId, ruleIndex, extension, rating, path }: Result, { rules }: Run, faults: FaultList): ReportedFinding[] {
  const placed = ruleIndex === null ? undefined : rules.get(`${extension ?? 'driver'}/${ruleIndex}`);
  // An id with further parts (`CA1000/2`) is of the rule before the slash.
  const rule = placed ?? rules.get(`id:${ruleId}`) ?? rules.get(`id:${ruleId?.replace(/\/[^/]*$/, '')}`);
  const id = ruleId ?? rule?.id ?? null;
  if (id === null) {
    faults.add(`${path}/ruleIndex`, 'unknown_rule', 'names no rule of its run');
    return [];
  }
  const severity = severityOfRating(rating ?? rule?.rating);
  const purls = rule === undefined || rule.purls.length === 0 ? [null] : rule.purls;
  // Beside a purl the name of the package says nothing new; without one it tells findings apart.
  const name = vulnerabilityWithin(id);
  return purls.map((purl) => ({
    id: purl === null ? id : (name ?? id),
    aliases: name === null ? [] : [name],
    purl,
    severity,
    fixedIn: [],
  }));
}

/** The bands of CVSS v3, as GitHub shows them; without a rating nothing is known: `level` says how sure a rule is, not how bad a find. */
function severityOfRating(rating: unknown): Severity {
  if (typeof rating === 'string' && severityOf(rating) !== 'unknown') return severityOf(rating);
  const score = typeof rating === 'number' ? rating : typeof rating === 'string' && rating.trim() !== '' ? Number(rating) : Number.NaN;
  if (!(score > 0)) return 'unknown';
  return score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low';
}

/** Grype calls a rule `<vulnerability>-<package>`. */
function vulnerabilityWithin(id: string): string | null {
  return /^(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})(?=-)/.exec(id)?.[0] ?? null;
}
