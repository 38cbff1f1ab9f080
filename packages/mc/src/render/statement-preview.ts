import type { Redaction } from '@promotable/sdk-evidence';
import { renderTable } from './table.ts';

/** Every field of a statement that would be signed, one a line; a redacted one as it would be signed, with the rule. */
export function renderPreview(statement: { readonly subject: unknown; readonly predicate: Readonly<Record<string, unknown>> }): string {
  const { redactions = [], ...predicate } = statement.predicate as { redactions?: readonly Redaction[] };
  const fields = [...leavesOf(statement.subject, '/subject'), ...leavesOf(predicate, '/predicate')];
  const rulesAt = (path: string): string =>
    redactions
      .filter((redaction) => redaction.path === path)
      .map(({ rule }) => rule)
      .join(', ');
  const rows = fields.map(([path, value]) => [path, typeof value === 'string' ? value : JSON.stringify(value), rulesAt(path)]);
  return renderTable(['field', 'as it would be signed', 'redacted by'], rows);
}

/** One line on how much is redacted and who could prove it. */
export function renderRedactionCount(redactions: readonly Redaction[]): string {
  const fields = new Set(redactions.map(({ path }) => path)).size;
  const provable = redactions.some(({ keyedDigest }) => keyedDigest !== undefined);
  if (fields === 0) return 'nothing is redacted\n';
  return `${fields} ${fields === 1 ? 'field is' : 'fields are'} redacted; what stood there ${provable ? "can be proven with the auditor's key" : 'cannot be proven: no --auditor-key'}\n`;
}

function leavesOf(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  const inner = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  if (inner.length === 0) return [[path, value]];
  return inner.flatMap(([name, item]) => leavesOf(item, `${path}/${name}`));
}
