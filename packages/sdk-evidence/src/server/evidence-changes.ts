// How a change of a release's evidence is named where somebody keeps what was read of it.
import type { ReleaseKey } from './evidence-record.ts';

/** The PostgreSQL channel that every committed insertion notifies, with the tag of its release. */
export const evidenceChanges = 'promotable_changes';

/** Names all records of one release. */
export function evidenceTag({ tenant, service, releaseId }: ReleaseKey): string {
  return `evidence ${JSON.stringify([tenant, service, releaseId])}`;
}
