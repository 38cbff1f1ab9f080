// Reads the reason catalog out of `opa inspect -a` and checks the conventions that METADATA must keep.
import { reasonClasses } from '@promotable/contracts';
import type { ReasonEntry } from '../src/reason-catalog.ts';
import { type SettingName, settingCatalog } from '../src/settings.ts';

const fields = ['code', 'class', 'integrity', 'owner', 'settings', 'message', 'fix'];

interface Annotation {
  readonly annotations: {
    readonly title?: string;
    readonly description?: string;
    readonly scope: string;
    readonly custom?: Readonly<Record<string, unknown>>;
  };
  readonly location: { readonly file: string; readonly row: number };
  readonly path?: readonly { readonly value: string }[];
}

/** The catalog, sorted by code, and every breach of the conventions. */
export function reasonEntries(inspection: { readonly annotations: readonly Annotation[] }): {
  entries: Record<string, ReasonEntry>;
  faults: string[];
} {
  const entries: Record<string, ReasonEntry> = {};
  const faults: string[] = [];
  for (const { annotations, location, path } of inspection.annotations) {
    const custom = annotations.custom;
    if (custom === undefined) continue;
    const at = `${location.file}:${location.row}`;
    const text = (field: string, value: unknown): string => {
      if (typeof value === 'string' && value.trim() !== '') return value.trim();
      faults.push(`${at}: ${field} is missing`);
      return '';
    };
    const code = text('custom.code', custom['code']);
    if (!/^[A-Z][A-Z0-9_]{1,63}$/.test(code)) faults.push(`${at}: code ${code} is not UPPER_SNAKE_CASE`);
    if (code in entries) faults.push(`${at}: code ${code} is taken`);
    if (annotations.scope !== 'rule') faults.push(`${at}: ${code} must have scope rule, or rego.metadata.rule() does not see it`);
    const kind = reasonClasses.find((name) => name === custom['class']);
    if (kind === undefined) faults.push(`${at}: class of ${code} is none of ${reasonClasses.join(', ')}`);
    const integrity = custom['integrity'] === true;
    if (integrity && kind === 'waivable_breach') faults.push(`${at}: ${code} cannot be of integrity and waivable`);
    const settings = (custom['settings'] ?? []) as SettingName[];
    for (const name of settings) if (!Object.hasOwn(settingCatalog, name)) faults.push(`${at}: ${name} is no setting`);
    const unknown = Object.keys(custom).filter((key) => !fields.includes(key));
    if (unknown.length > 0) faults.push(`${at}: unknown fields ${unknown.join(', ')}`);
    entries[code] = {
      title: text('title', annotations.title),
      class: kind ?? 'missing_proof',
      waivable: kind === 'waivable_breach',
      integrity,
      owner: text('custom.owner', custom['owner']),
      package: (path ?? [])
        .slice(1, 3)
        .map((segment) => segment.value)
        .join('.'),
      settings,
      description: text('description', annotations.description),
      message: text('custom.message', custom['message']),
      fix: text('custom.fix', custom['fix']),
    };
  }
  const named = new Set(Object.values(entries).flatMap(({ settings }) => settings));
  for (const [name, { tighter }] of Object.entries(settingCatalog)) {
    if (tighter !== 'free' && !named.has(name as SettingName)) faults.push(`no reason names the setting ${name}, on which verdicts depend`);
  }
  return { entries: Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1))), faults };
}
