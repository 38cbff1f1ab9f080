// What a client remembers between questions: how new the newest answer was, and a pass that may bridge an outage.
import { Bundle, Sha256Hex } from '@promotable/contracts';
import { z } from 'zod';

const Seen = z.strictObject({
  /** Ledger epoch, a UUID of version 7: a later one compares greater. */
  epoch: z.uuid(),
  revision: z.int().min(1),
  /** One revision has one decision; another one under it is a forgery. */
  statementDigest: Sha256Hex,
});

/** A verified pass. It counts until the earlier of its ends: on the wall clock, and on the monotonic clock of the process that received it. */
const HeldPass = z.strictObject({
  bundle: Bundle,
  /** Wall clock when it was received, milliseconds since the Unix epoch: a clock before it was set back. */
  receivedAt: z.number(),
  validUntil: z.number(),
  monotonic: z.strictObject({ process: z.uuid(), until: z.number() }),
});

const Remembered = z.strictObject({ seen: Seen, pass: HeldPass.nullable(), usedAt: z.number() });

/** A key set as it came, with its version. */
export const KnownKeySet = z.strictObject({ version: z.int().min(1), bundle: Bundle, fetchedAt: z.number() });

/** What a client remembers: the newest order seen per question, and passes that it verified. */
export const ClientState = z.strictObject({
  version: z.literal(1),
  /** The tenant that answered first; another one is foreign. */
  tenant: z.string().nullable(),
  keySet: KnownKeySet.nullable(),
  /** By question. */
  questions: z.record(z.string(), Remembered),
});

/** What a client remembers: the newest order seen per question, and passes that it verified. */
export type ClientState = z.infer<typeof ClientState>;
export type Seen = z.infer<typeof Seen>;
export type HeldPass = z.infer<typeof HeldPass>;
export type Remembered = z.infer<typeof Remembered>;

export const emptyState: ClientState = { version: 1, tenant: null, keySet: null, questions: {} };

/** Keeps the state of one client; used by one process at a time. */
export interface StateStore {
  /** Null when nothing was saved yet. */
  load(): Promise<ClientState | null>;
  save(state: ClientState): Promise<void>;
}

/** State that ends with the process. */
export function memoryState(): StateStore {
  let saved: ClientState | null = null;
  return {
    load: async () => structuredClone(saved),
    async save(state) {
      saved = structuredClone(state);
    },
  };
}

/** Questions remembered; the one not used for longest goes first. A gate of 300 services has two stages of each, and their last releases. */
const maxQuestions = 1000;

export function withQuestion(state: ClientState, key: string, remembered: Remembered): ClientState {
  const entries = Object.entries({ ...state.questions, [key]: remembered });
  const kept = entries.sort(([, a], [, b]) => b.usedAt - a.usedAt).slice(0, maxQuestions);
  return { ...state, questions: Object.fromEntries(kept) };
}

/** Whether `a` is older than `b`: by epoch, then by revision, never by time. */
export function isOlder(a: Omit<Seen, 'statementDigest'>, b: Omit<Seen, 'statementDigest'>): boolean {
  return a.epoch === b.epoch ? a.revision < b.revision : a.epoch < b.epoch;
}

/** How exactly the time of the last use is kept, milliseconds: it only orders what is forgotten. */
const usedAtGrain = 60_000;

/** Whether saving would change nothing that matters: a gate polls a held release a thousand times. */
export function isSameMemory(next: ClientState, state: ClientState, key: string, { seen, pass, usedAt }: Remembered): boolean {
  const known = state.questions[key];
  return (
    known !== undefined &&
    next.tenant === state.tenant &&
    next.keySet === state.keySet &&
    known.seen.statementDigest === seen.statementDigest &&
    (known.pass === null) === (pass === null) &&
    usedAt >= known.usedAt &&
    usedAt - known.usedAt < usedAtGrain
  );
}

export type KnownKeySet = z.infer<typeof KnownKeySet>;

/** The key set to go on with: the greater version, and of the same one what was fetched last. */
export function newerKeySet(known: KnownKeySet | null, other: KnownKeySet | null): KnownKeySet | null {
  if (known === null || other === null) return known ?? other;
  if (known.version !== other.version) return known.version > other.version ? known : other;
  return other.fetchedAt > known.fetchedAt ? other : known;
}
