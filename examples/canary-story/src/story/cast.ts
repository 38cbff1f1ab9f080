import type { ReleaseSpec } from '../world/release.ts';

/** A release by the letter that the story calls it. */
export type Letter = 'A' | 'B' | 'C' | 'D';

export interface Cast extends Readonly<Record<Letter, ReleaseSpec>> {
  readonly stable: ReleaseSpec;
  /** An id that nobody ever publishes anything under. */
  readonly unpublishedId: string;
}

/** Offered to the service from first to last. */
export const requestsPerSecond = 120;

/** Slots of a healthy release; one slot serves 40 requests/s. */
const enough = 10;

/**
 * The releases of one story. Their ids are this story's own: the id lies inside the tarball, and a tarball that passed before would be
 * recognised as a way back and never measured.
 */
export function castOf(startedAtMs: number): Cast {
  const story = Math.floor(startedAtMs / 1000).toString(36);
  const idOf = (name: string) => `${story}-${name}`;
  return {
    stable: { name: 'stable', releaseId: idOf('stable'), version: '1.0.0', poolSize: enough },
    A: { name: 'A', releaseId: idOf('A'), version: '1.1.0', poolSize: enough },
    B: { name: 'B', releaseId: idOf('B'), version: '1.2.0', poolSize: 1 },
    // The id of A, and another version inside: other bytes.
    C: { name: 'C', releaseId: idOf('A'), version: '1.2.1', poolSize: enough },
    D: { name: 'D', releaseId: idOf('D'), version: '1.3.0', poolSize: enough },
    unpublishedId: idOf('E'),
  };
}
