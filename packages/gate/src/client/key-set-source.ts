// The key set of MC, believed only when a pinned root signed it, never older than one seen before.
import { AttestError, type KeySet, verifyKeySet } from '@promotable/attest';
import { z } from 'zod';
import type { ClientState } from './client-state.ts';
import { causeOf, Hold } from './hold.ts';
import type { HttpAnswer } from './http.ts';

export const keySetPath = '/.well-known/promotable/keys.json';

type KnownKeySet = NonNullable<ClientState['keySet']>;

export interface KeySetTrust {
  readonly rootPublicKeys: readonly string[];
  readonly minimumVersion: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

const Published = z.object({ keySet: z.unknown() });

/** The remembered key set while it is trusted and in force; else null. */
export function rememberedKeySet(known: KnownKeySet | null, trust: KeySetTrust): KeySet | null {
  if (known === null) return null;
  try {
    return verifyKeySet(known.bundle, trust);
  } catch {
    return null;
  }
}

/** @throws {Hold} `ANSWER_UNREADABLE`, `DECISION_UNVERIFIED` */
export function publishedKeySet(
  { status, text }: HttpAnswer,
  trust: KeySetTrust,
): { readonly keySet: KeySet; readonly known: KnownKeySet } {
  if (status !== 200) throw new Hold('ANSWER_UNREADABLE', { cause: `the key set came with HTTP ${status}` });
  const published = Published.safeParse(parseJson(text));
  if (!published.success) throw new Hold('ANSWER_UNREADABLE', { cause: 'the key set is not JSON of a known shape' });
  try {
    const keySet = verifyKeySet(published.data.keySet, trust);
    return { keySet, known: { version: keySet.version, bundle: published.data.keySet as KnownKeySet['bundle'], fetchedAt: trust.now } };
  } catch (cause) {
    throw new Hold('DECISION_UNVERIFIED', { cause: keySetFault(cause) }, { cause });
  }
}

/** Clocks that disagree are named with their offset; the rest by its code. */
function keySetFault(error: unknown): string {
  return error instanceof AttestError && error.code === 'KEY_SET_NOT_YET_VALID' ? error.message : causeOf(error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
