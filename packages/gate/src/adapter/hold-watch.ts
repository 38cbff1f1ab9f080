// How long questions have been held, and when somebody must hear of it. One message per environment and level, however many releases wait.
import type { Clock, GateQuestion, Verdict } from '@promotable/contracts';

/** What is due after so long a hold; `pause` is where Argo's own count ends and the rollout pauses. */
export const holdLevels = ['notify', 'page', 'pause'] as const;
/** What is due after so long a hold. */
export type HoldLevel = (typeof holdLevels)[number];

/** From how long a hold on each level is due, milliseconds. @default 5 min, 15 min, 4 h */
export type HoldLimits = Readonly<Record<HoldLevel, number>>;

/** 5 min, 15 min and 4 h, in milliseconds. */
export const defaultHoldLimits: HoldLimits = { notify: 300_000, page: 900_000, pause: 14_400_000 };

/** A question that is held. */
export interface HeldQuestion {
  readonly question: GateQuestion;
  /** Milliseconds since the Unix epoch. */
  readonly since: number;
  /** Reason codes of the latest answer. */
  readonly codes: readonly string[];
}

/** A level was reached in an environment, or nobody there is on it any more. */
export interface HoldEvent {
  readonly level: HoldLevel;
  readonly environment: string;
  readonly state: 'reached' | 'ended';
  /** Who is on this level now, the one held longest first; empty when it ended. */
  readonly held: readonly HeldQuestion[];
}

/** Knows which questions are held, and since when. */
export interface HoldWatch {
  /** Takes an answer in. */
  note(key: string, question: GateQuestion, answer: { readonly verdict: Verdict; readonly codes: readonly string[] }): NotedAnswer;
  /** Held questions by environment and the highest level reached, or `waiting`. */
  counts(): readonly { readonly environment: string; readonly level: HoldLevel | 'waiting'; readonly count: number }[];
}

/** What an answer means for the hold of its question. */
export interface NotedAnswer {
  /** Since when it has been held, milliseconds since the Unix epoch; null where it is not. */
  readonly since: number | null;
  /** How long the hold lasted that this answer ended, milliseconds; null where it ended none. */
  readonly heldForMs: number | null;
}

interface Entry extends HeldQuestion {
  readonly from: number;
  readonly seen: number;
}

/** A question nobody has asked for so long is no longer at the gate: its rollout was aborted or has ended, milliseconds. */
const forgottenMs = 120_000;

export function holdWatch(clock: Clock, limits: HoldLimits, onChange: (event: HoldEvent) => void): HoldWatch {
  const entries = new Map<string, Entry>();
  const open = new Set<string>();

  function forget(): void {
    for (const [key, { seen }] of entries) if (clock.monotonic() - seen > forgottenMs) entries.delete(key);
  }

  const onLevel = (environment: string, level: HoldLevel): Entry[] =>
    [...entries.values()]
      .filter((entry) => entry.question.environment === environment && clock.monotonic() - entry.from >= limits[level])
      .sort((a, b) => a.from - b.from);

  function judge(environment: string): void {
    for (const level of holdLevels) {
      const held = onLevel(environment, level);
      const name = JSON.stringify([environment, level]);
      if (held.length > 0 === open.has(name)) continue;
      if (held.length > 0) open.add(name);
      else open.delete(name);
      const told = held.map(({ question, since, codes }) => ({ question, since, codes }));
      onChange({ level, environment, state: held.length > 0 ? 'reached' : 'ended', held: told });
    }
  }

  function environments(): Set<string> {
    const opened = [...open].map((name) => (JSON.parse(name) as [string, string])[0]);
    return new Set([...opened, ...[...entries.values()].map(({ question }) => question.environment)]);
  }

  return {
    note(key, question, { verdict, codes }) {
      forget();
      const now = clock.monotonic();
      const known = entries.get(key);
      if (verdict === 'hold')
        entries.set(key, { question, codes, since: known?.since ?? clock.now(), from: known?.from ?? now, seen: now });
      else entries.delete(key);
      for (const environment of environments()) judge(environment);
      const heldForMs = verdict === 'hold' || known === undefined ? null : now - known.from;
      return { since: entries.get(key)?.since ?? null, heldForMs };
    },
    counts() {
      forget();
      for (const environment of environments()) judge(environment);
      const counted = new Map<string, { environment: string; level: HoldLevel | 'waiting'; count: number }>();
      for (const { question, from } of entries.values()) {
        const age = clock.monotonic() - from;
        const level = holdLevels.findLast((one) => age >= limits[one]) ?? 'waiting';
        const key = JSON.stringify([question.environment, level]);
        const known = counted.get(key) ?? { environment: question.environment, level, count: 0 };
        counted.set(key, { ...known, count: known.count + 1 });
      }
      return [...counted.values()];
    },
  };
}
