import { type BuildItem, buildItems, severities } from '@promotable/contracts';
import type { TriedReports } from '../try/tried-reports.ts';
import { printable } from './printable.ts';

/** A line for each build item: what its reports say, or what it is worth at a gate where nothing was given. */
export function renderTried(reports: TriedReports, levels: Readonly<Record<BuildItem, string>>): string {
  const said: Record<BuildItem, string | null> = {
    sbom: reports.sbom === null ? null : counted(reports.sbom.value.components, 'component'),
    tests: reports.tests === null ? null : testsSaid(reports.tests.value),
    coverage: reports.coverage === null ? null : coverageSaid(reports.coverage.value),
    scan: reports.scan === null ? null : scanSaid(reports.scan.value),
    provenance: reports.provenance === null ? null : provenanceSaid(reports.provenance.value),
  };
  return printable(buildItems.map((item) => `  ${item.padEnd(10)}  ${said[item] ?? `not given (${levels[item]} at a gate)`}\n`).join(''));
}

/** What a gate would ask for besides; a bill and tests that are missing are a reason already. */
export function renderDemands(reports: TriedReports, levels: Readonly<Record<BuildItem, string>>): string {
  const missing = buildItems.filter((item) => !['sbom', 'tests'].includes(item) && reports[item] === null && levels[item] === 'required');
  return missing.length === 0 ? '' : `A gate would hold nevertheless, for it requires: ${missing.join(', ')}.\n`;
}

type ValueOf<Item extends BuildItem> = NonNullable<TriedReports[Item]>['value'];

function testsSaid({ total, failed, errors, skipped }: ValueOf<'tests'>): string {
  return `${counted(total, 'test')}, ${failed + errors} failed, ${skipped} skipped`;
}

/** Cut and not rounded: what is not all of it is never shown as 100 %. */
function coverageSaid({ lines: { found, hit } }: ValueOf<'coverage'>): string {
  return `${Math.floor((hit / found) * 1000) / 10} % of ${counted(found, 'line')}`;
}

function scanSaid({ scanner: { name, version }, counts, notAffected }: ValueOf<'scan'>): string {
  const found = severities.filter((severity) => counts[severity] > 0).map((severity) => `${counts[severity]} ${severity}`);
  const by = typeof version === 'string' ? `${name} ${version}` : name;
  return `${found.join(', ') || 'no finding'}${notAffected === 0 ? '' : `, ${notAffected} taken out by VEX`} (${by})`;
}

function provenanceSaid({ builderId, sourceUri }: ValueOf<'provenance'>): string {
  return `built by ${builderId}${typeof sourceUri === 'string' ? ` from ${sourceUri}` : ''}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
