// Asks MC what it would decide. Nothing of it is signed: it is for people, and no gate may act on it.
import type { Reason, Verdict } from '@promotable/contracts';
import { reasonOf } from '@promotable/policies';
import type { AskGateOptions } from './gate-client-options.ts';
import { holdOf } from './hold.ts';
import { exchange } from './http.ts';
import { readAnswer } from './read-answer.ts';
import { resolveAskGate } from './resolve-options.ts';
import { persist } from './retry.ts';

/** What MC says it would decide; never a decision. */
export interface DryRun {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly Reason[];
}

/**
 * What MC would decide now. It records nothing, begins no stage, and is not verified, as it is not signed.
 * @throws {GateError} `CONFIGURATION`, `INVALID_QUESTION`; errors of the token's reader come out as they are; every other failure is a hold
 */
export async function dryRunGate(options: Omit<AskGateOptions, 'state'>): Promise<DryRun> {
  const question = { ...options.question, dryRun: true };
  const { url, body, fetch, readToken, ...limits } = resolveAskGate({ ...options, question, state: unused });
  const token = await readToken();
  try {
    const answer = readAnswer(await persist((signal) => exchange(`${url}/v1/gate/rollout`, { fetch, signal, token, body }), limits));
    return { verdict: answer.verdict, reasons: answer.reasons, warnings: answer.warnings };
  } catch (error) {
    const { reason } = holdOf(error);
    return { verdict: 'hold', reasons: [reasonOf(reason.code, reason.params)], warnings: [] };
  }
}

/** A dry run neither knows nor remembers an earlier answer. */
const unused = { load: async () => null, save: async () => undefined };
