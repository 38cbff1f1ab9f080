import { count } from '../marks/figures.ts';

interface Known {
  readonly absent?: string;
  readonly components?: number;
  readonly format?: string;
  readonly specVersion?: string;
  readonly total?: number;
  readonly passed?: number;
  readonly failed?: number;
  readonly errors?: number;
  readonly skipped?: number;
  readonly lines?: { readonly found: number; readonly hit: number };
  readonly counts?: Readonly<Record<string, number>>;
  readonly builderId?: string;
}

/** What an item of build evidence says, in a line. */
export function itemText(item: string, value: unknown): string {
  const known = (value ?? {}) as Known;
  if (known.absent !== undefined) return `${item}: stated absent (${known.absent})`;
  if (item === 'sbom') return `SBOM: ${count(known.components ?? 0)} components, ${known.format ?? ''} ${known.specVersion ?? ''}`;
  if (item === 'tests') {
    const bad = (known.failed ?? 0) + (known.errors ?? 0);
    const rest = [bad > 0 ? `${count(bad)} failed` : '', (known.skipped ?? 0) > 0 ? `${count(known.skipped ?? 0)} skipped` : ''].filter(
      (text) => text !== '',
    );
    return `Tests: ${count(known.passed ?? 0)} of ${count(known.total ?? 0)} passed${rest.length === 0 ? '' : `, ${rest.join(', ')}`}`;
  }
  if (known.lines !== undefined) return `Coverage: ${count(known.lines.hit)} of ${count(known.lines.found)} lines`;
  if (known.counts !== undefined) {
    const found = Object.entries(known.counts).flatMap(([severity, number]) => (number > 0 ? [`${count(number)} ${severity}`] : []));
    return `Vulnerabilities: ${found.length === 0 ? 'none found' : found.join(', ')}`;
  }
  if (known.builderId !== undefined) return `Provenance: built by ${known.builderId}`;
  return item;
}
