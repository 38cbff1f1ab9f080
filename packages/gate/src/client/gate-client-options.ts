import type { Bundle, Clock, DecisionPredicate, GateAnswer, GateQuestion, Reason, Verdict } from '@promotable/contracts';
import type { ExitCode } from '../exit-code.ts';
import type { StateStore } from './client-state.ts';
import type { ProvenStore } from './proven-store.ts';

/** Whose signature on a decision is believed. */
export interface GateTrust {
  /** SPKI PEM of the pinned root; several while a root is being replaced. */
  readonly rootPublicKey: string | readonly string[];
  /** Oldest key set version that is believed. @default the newest one seen */
  readonly minimumVersion?: number;
}

/** Whom to ask, what about, whom to believe, and what to remember. */
export interface AskGateOptions {
  /** Base URL of MC, without a trailing slash. */
  readonly url: string;
  /** Bearer token, or where to read it anew for each question. */
  readonly token: string | (() => Promise<string>);
  readonly question: GateQuestion;
  readonly trust: GateTrust;
  /** What was seen before; keep it as long as the gate lives. */
  readonly state: StateStore;
  readonly clock: Clock;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** Longest single attempt, milliseconds. @default 3000 */
  readonly attemptMs?: number;
  /** Longest time for the answer with all attempts, milliseconds. @default 8000 */
  readonly totalMs?: number;
  /** How old a key set may be before it is fetched anew, milliseconds. @default 300_000 */
  readonly keySetRefreshMs?: number;
  /** Signed overrides that may stand in for MC while it is away; read at that moment. @default none */
  readonly overrides?: () => Promise<readonly unknown[]>;
  /** Kept lists of proven digests, by which a rollback goes on while MC is away; see `refreshProven`. @default none */
  readonly proven?: ProvenStore;
  /** Gives up; the answer is then a hold. @default none */
  readonly signal?: AbortSignal;
}

/** Where a verdict comes from. */
export type AnswerSource =
  /** A decision that MC answered with and this client verified. */
  | 'mc'
  /** MC cannot be reached; a pass verified before is still valid for exactly this question. */
  | 'remembered'
  /** MC cannot be reached; a kept list that it signed names what is asked about as proven. */
  | 'proven'
  /** MC cannot be reached; a signed override was made for that. */
  | 'override'
  /** MC holds without a decision: it could not decide. Its reasons are unsigned. */
  | 'unsigned'
  /** This client's own hold. */
  | 'client';

/** What a caller acts on: a verdict, and where it comes from. */
export interface ClientAnswer {
  readonly verdict: Verdict;
  readonly exitCode: ExitCode;
  readonly source: AnswerSource;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
  /** The verified decision; null for a hold without one. */
  readonly decision: DecisionPredicate | null;
  readonly bundle: Bundle | null;
  /** Id of the override that took part, of MC's decision or offline. */
  readonly override: string | null;
  /** What MC said beside the decision, such as fresh measured values; unsigned, for people. */
  readonly answer: GateAnswer | null;
  readonly retryAfterSeconds: number | null;
}
