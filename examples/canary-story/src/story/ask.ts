// The gate as a rollout controller has it: asks, waits, asks again until it gets a verdict.
import { setTimeout as sleep } from 'node:timers/promises';
import type { GateQuestion } from '@promotable/contracts';
import { askGate, type AskGateOptions, type ClientAnswer } from '@promotable/gate/client';

export type Ask = (question: GateQuestion, signal: AbortSignal) => Promise<ClientAnswer>;

/** One client for the whole story, so that it refuses what is older than what it has seen. */
export function createAsk(options: Omit<AskGateOptions, 'question' | 'signal'>): Ask {
  return (question, signal) => askGate({ ...options, question, signal });
}

export interface WatchOptions {
  readonly ask: (signal: AbortSignal) => Promise<ClientAnswer>;
  /** Told the first hold, and each one with other reasons. */
  readonly onHold: (answer: ClientAnswer) => void;
  /** Rest between two questions where the answer names none, milliseconds. */
  readonly pollMs: number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** Asks until the answer is a pass or a fail. Rejects when aborted. */
export async function watchGate({ ask, onHold, pollMs, signal }: WatchOptions): Promise<ClientAnswer> {
  for (let known = ''; ; ) {
    const answer = await ask(signal);
    signal.throwIfAborted();
    if (answer.verdict !== 'hold') return answer;
    const codes = answer.reasons.map(({ code }) => code).join();
    if (codes !== known) onHold(answer);
    known = codes;
    await sleep(answer.retryAfterSeconds === null ? pollMs : answer.retryAfterSeconds * 1000, undefined, { signal });
  }
}
