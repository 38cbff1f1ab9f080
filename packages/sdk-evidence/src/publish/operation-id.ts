import manifest from '@promotable/contracts/operations/manifest.json' with { type: 'json' };
import { EvidenceError } from '../evidence-error.ts';

/** Id in MC's closed registry of operations, of the one whose text begins so. */
export function operationIdOf(start: string): string {
  const entry = Object.entries(manifest as Record<string, string>).find(([, text]) => text.startsWith(start));
  if (entry === undefined) throw new EvidenceError('EVIDENCE_INVALID', `the manifest of operations lacks "${start}"`);
  return entry[0];
}
