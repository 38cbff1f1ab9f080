// Asks MC and believes only what it can verify. Whatever else happens is a hold.
import type { KeySet } from '@promotable/attest';
import type { GateAnswer } from '@promotable/contracts';
import { spansOf } from '@promotable/telemetry/tracing';
import { GateError } from '../gate-error.ts';
import { clientAnswer, holdAnswer, overriddenAnswer, provenAnswer } from './client-answer.ts';
import { emptyState, isOlder, isSameMemory, newerKeySet, type Seen, withQuestion } from './client-state.ts';
import type { AskGateOptions, ClientAnswer } from './gate-client-options.ts';
import { Hold, holdOf } from './hold.ts';
import { exchange } from './http.ts';
import { keySetPath, publishedKeySet, rememberedKeySet } from './key-set-source.ts';
import { learn } from './learn.ts';
import { offlineOverride } from './offline-override.ts';
import { readAnswer } from './read-answer.ts';
import { placeKey } from './proven-store.ts';
import { holdPass, stillPasses } from './remembered-pass.ts';
import { resolveAskGate } from './resolve-options.ts';
import { persist } from './retry.ts';
import { isRevokedKey, isUnknownKey, type VerifiedDecision, verifyDecision } from './verify-decision.ts';
import { isWayBack, verifyProven } from './verify-proven.ts';

const spans = spansOf('@promotable/gate');

/**
 * One answer of the gate for a rollout: a decision that was verified, or a hold that says why.
 * @throws {GateError} `CONFIGURATION`, `INVALID_QUESTION`, `STATE_UNREADABLE`, `STATE_NOT_WRITABLE`; errors of the token's reader come out as they are; every other failure is a hold
 */
export async function askGate(options: AskGateOptions): Promise<ClientAnswer> {
  const resolved = resolveAskGate(options);
  const { service, releaseId, environment, stage } = resolved.question;
  const attributes = { 'mc.service': service, 'mc.release.id': releaseId, 'mc.environment': environment, 'mc.stage': stage };
  return spans.span('gate.ask', { attributes }, async (span) => {
    const answer = await ask(options, resolved);
    const { verdict, source, decision } = answer;
    span.setAttributes({
      'mc.verdict': verdict,
      'mc.answer.source': source,
      ...(decision === null ? {} : { 'mc.decision.id': decision.id }),
    });
    return answer;
  });
}

async function ask(options: AskGateOptions, resolved: ReturnType<typeof resolveAskGate>): Promise<ClientAnswer> {
  const { url, question, body, questionKey, rootPublicKeys, clock, fetch, attemptMs, totalMs, keySetRefreshMs, deadline, readToken } =
    resolved;
  let state = (await options.state.load()) ?? emptyState;
  const retry = { deadline, attemptMs, totalMs };
  const trust = () => ({
    rootPublicKeys,
    minimumVersion: Math.max(options.trust.minimumVersion ?? 0, state.keySet?.version ?? 0),
    now: clock.now(),
  });

  async function fetchKeySet(): Promise<KeySet> {
    const { keySet, known } = publishedKeySet(
      await persist((signal) => exchange(`${url}${keySetPath}`, { fetch, signal }), retry),
      trust(),
    );
    state = { ...state, keySet: known };
    return keySet;
  }

  /** A key set in force serves on while a newer one cannot be fetched; one that was tampered with is a hold. */
  async function currentKeySet(): Promise<{ readonly keySet: KeySet; readonly isFresh: boolean }> {
    const remembered = rememberedKeySet(state.keySet, trust());
    const age = clock.now() - (state.keySet?.fetchedAt ?? 0);
    if (remembered !== null && age >= 0 && age < keySetRefreshMs) return { keySet: remembered, isFresh: false };
    try {
      return { keySet: await fetchKeySet(), isFresh: true };
    } catch (error) {
      if (remembered === null || !(error instanceof Hold) || error.reason.code !== 'MC_UNREACHABLE') throw error;
      return { keySet: remembered, isFresh: true };
    }
  }

  function verify(bundle: unknown, keySet: KeySet): VerifiedDecision {
    return verifyDecision(bundle, { keySet, question: { ...question, tenant: question.tenant ?? state.tenant }, now: clock.now() });
  }

  async function verifyWithCurrentKeys(bundle: unknown): Promise<VerifiedDecision> {
    const { keySet, isFresh } = await currentKeySet();
    try {
      return verify(bundle, keySet);
    } catch (error) {
      if (isFresh || !isUnknownKey(error)) throw error;
      return verify(bundle, await fetchKeySet());
    }
  }

  async function believe(answer: GateAnswer): Promise<ClientAnswer> {
    if (answer.bundle === null) {
      if (answer.verdict === 'hold') return clientAnswer('unsigned', answer, null);
      throw new Hold('DECISION_UNVERIFIED', { cause: 'it is not signed' });
    }
    const verified = await verifyWithCurrentKeys(answer.bundle);
    const { decision, statementDigest } = verified;
    if (answer.verdict !== decision.verdict) throw new Hold('DECISION_FOREIGN', { field: 'verdict' });
    const seen = { epoch: decision.epoch, revision: decision.revision, statementDigest };
    const remembered = { seen, pass: holdPass(verified, clock), usedAt: clock.now() };
    const { tenant } = decision.subject;
    await learn(options.state, (latest) => {
      requireSameTenant(tenant, question.tenant ?? latest.tenant);
      requireNewest(seen, latest.questions[questionKey]?.seen);
      const next = { ...latest, keySet: newerKeySet(latest.keySet, state.keySet), tenant: latest.tenant ?? tenant };
      return isSameMemory(next, latest, questionKey, remembered) ? null : withQuestion(next, questionKey, remembered);
    });
    return clientAnswer('mc', answer, verified);
  }

  /** MC is away: a pass for exactly this question goes on until its end, if its signer is still trusted. */
  function bridge(): ClientAnswer | null {
    const pass = state.questions[questionKey]?.pass ?? null;
    const keySet = rememberedKeySet(state.keySet, trust());
    if (pass === null || keySet === null || !stillPasses(pass, clock)) return null;
    try {
      return clientAnswer('remembered', null, verify(pass.bundle, keySet));
    } catch {
      return null;
    }
  }

  /** MC is away: what its list names as proven goes back, as long as list and signer count. What cannot be read does not help. */
  async function wayBack(hold: Hold): Promise<ClientAnswer | null> {
    const memory = (await options.proven?.load().catch(() => null)) ?? null;
    const kept = memory?.lists[placeKey(question)];
    const keySet = rememberedKeySet(newerKeySet(state.keySet, memory?.keySet ?? null), trust());
    if (kept === undefined || keySet === null || clock.now() < kept.receivedAt) return null;
    const { service, environment } = question;
    try {
      const tenant = question.tenant ?? state.tenant ?? memory?.tenant ?? null;
      const { list, bundle } = verifyProven(kept.bundle, { keySet, tenant, service, environment, now: clock.now() });
      return isWayBack(list, question) ? provenAnswer(hold, question.digests, bundle) : null;
    } catch {
      return null;
    }
  }

  async function asked(token: string): Promise<GateAnswer> {
    return readAnswer(await persist((signal) => exchange(`${url}/v1/gate/rollout`, { fetch, signal, token, body }), retry));
  }

  /** A secret may be replaced between two looks at it: a token that was refused is read anew, once. */
  async function answered(token: string): Promise<GateAnswer> {
    try {
      return await asked(token);
    } catch (error) {
      if (!(error instanceof Hold) || error.reason.code !== 'UNAUTHENTICATED') throw error;
      const renewed = await readToken();
      if (renewed === token) throw error;
      return asked(renewed);
    }
  }

  /** What cannot be read of them does not help: the question is held as it would be without. */
  async function overridden(hold: Hold): Promise<ClientAnswer | null> {
    const keySet = rememberedKeySet(state.keySet, trust());
    if (options.overrides === undefined || keySet === null) return null;
    const bundles = await options.overrides().catch(() => []);
    const asked = { ...question, tenant: question.tenant ?? state.tenant };
    const override = offlineOverride(bundles, { keySet, question: asked, now: clock.now() });
    return override === null ? null : overriddenAnswer(hold, override);
  }

  /** The key of an answer may be revoked between the answer and the key set: MC has signed it anew by then, and is asked once more. */
  async function believed(token: string): Promise<ClientAnswer> {
    try {
      return await believe(await answered(token));
    } catch (error) {
      if (!isRevokedKey(error)) throw error;
      return believe(await answered(token));
    }
  }

  const token = await readToken();
  try {
    return await believed(token);
  } catch (error) {
    if (error instanceof GateError) throw error;
    const hold = holdOf(error);
    if (hold.reason.code !== 'MC_UNREACHABLE') return holdAnswer(hold);
    return bridge() ?? (await wayBack(hold)) ?? (await overridden(hold)) ?? holdAnswer(hold);
  }
}

/** A tenant that another question learnt in the meantime counts as well. */
function requireSameTenant(tenant: string, known: string | null): void {
  if (known !== null && tenant !== known) throw new Hold('DECISION_FOREIGN', { field: 'tenant' });
}

function requireNewest(decision: Seen, seen: Seen | undefined): void {
  if (seen === undefined) return;
  if (isOlder(decision, seen)) throw new Hold('DECISION_OUTDATED', { revision: decision.revision, known: seen.revision });
  const isSameRevision = decision.epoch === seen.epoch && decision.revision === seen.revision;
  if (isSameRevision && decision.statementDigest !== seen.statementDigest)
    throw new Hold('DECISION_UNVERIFIED', { cause: 'another decision has its revision' });
}
