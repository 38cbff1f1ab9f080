// One question → one answer. Evaluates every time, records only what changed, holds whenever it cannot know.
import { randomUUID } from 'node:crypto';
import { signStatement } from '@promotable/attest';
import type { GateAnswer, PolicyReason } from '@promotable/contracts';
import { decisionStatement } from '../decision-statement.ts';
import { GateError } from '../gate-error.ts';
import { modeOf, questionDigest, type ResolvedQuestion } from '../gate-question.ts';
import { type Judgement, judge } from '../judge.ts';
import { currentEpoch } from './current-epoch.ts';
import { faultOf, inWords } from './fault-reason.ts';
import { dryRunAnswer, recordedAnswer, unrecordedHold } from './gate-answer.ts';
import { fanOut } from './gate-events.ts';
import type { GateOptions } from './gate-options.ts';
import type { ActivePolicy, NewDecision, RecordedDecision, StandingState, SubjectState } from './gate-store.ts';
import { type GatheredFacts, gatherFacts } from './gather-facts.ts';
import type { StageSettings } from './loaded-policy.ts';
import { measured } from './measured.ts';
import { ledgerEntry } from './ledger-entry.ts';
import { type DecisionDraft, decisionOf, draftOf } from './new-decision.ts';
import { attributesOfAnswer, attributesOfQuestion, linkTo, spans } from './decision-span.ts';
import { afterDecision, passedWith } from './standing.ts';

/** Lost races in a row before a question is held. */
const maxAttempts = 10;
/** When to ask again where not even the thresholds could be read, milliseconds. */
const unknownPollMs = 15_000;
/** Warnings that are alerts besides. */
const alarming: ReadonlySet<string> = new Set(['EVIDENCE_CHANGED_AFTER_PASS']);
/** Thrown inside a transaction to roll it back; never leaves this file. */
const lostRace = new Error('another writer came first');

/** Who asks, and for how long. */
export interface AskContext {
  /** Who asks: `iss#sub`. */
  readonly actor: string;
  readonly traceId?: string;
  readonly signal?: AbortSignal;
}

/** Answers questions about rollouts. */
export interface Gate {
  /** Answers a question; never rejects, a fault of any kind is a hold that is on no record. */
  ask(question: ResolvedQuestion, context: AskContext): Promise<GateAnswer>;
  /** Says what {@link ask} would, begins no stage and records nothing; unsigned. Never rejects. */
  dryRun(question: ResolvedQuestion, context: AskContext): Promise<GateAnswer>;
}

/** What was read before the facts; the compare-and-set is against exactly this. */
interface Snapshot {
  readonly now: number;
  readonly epoch: string;
  readonly stageStartedAt: number;
  readonly subject: SubjectState;
  readonly standing: StandingState;
}

interface Verdict {
  readonly known: GatheredFacts;
  readonly judgement: Judgement;
  readonly draft: DecisionDraft;
}

/** A gate over the given stores; it starts nothing by itself. */
export function createGate(options: GateOptions): Gate {
  const { store, policy, clock, logger, signer, ledger, transactor, randomUuid = randomUUID, publicUrl = null, suspended = null } = options;
  const isBelieved = options.isBelieved ?? (() => true);
  const events = fanOut(options.listeners ?? [], logger);
  const epochs = currentEpoch(ledger, clock);
  let active: ActivePolicy | null = null;

  const frame = (pollMs: number) => ({
    policy: { layer: policy.layer, revision: active?.revision ?? 1, digest: policy.digest },
    pollMs,
    publicUrl,
  });

  async function attempt(question: ResolvedQuestion, context: AskContext): Promise<GateAnswer | null> {
    const now = clock.now();
    // Before the evidence: whoever decides from newer evidence then wins the compare-and-set.
    const [activePolicy, epoch, stageStartedAt, subject, standing] = await Promise.all([
      store.activePolicy(),
      epochs.read(),
      store.startStage(question, now),
      store.readSubject(question),
      store.readStanding(question),
    ]);
    active = activePolicy;
    if (active?.digest !== policy.digest)
      throw new GateError('POLICY_NOT_LOADED', `the active policy is ${active?.digest ?? 'none'}, loaded is ${policy.digest}`);
    const snapshot = { now, epoch, stageStartedAt, subject, standing };
    const { known, judgement } = await judged(question, snapshot, context);
    if (!judgement.isPolicys) return held(question, judgement.reasons);
    const { budget, pollMs } = settingsOf(question);
    const draft = draftOf(question, known.facts, judgement, policy.digest);
    linkTo(known.evidence, draft.evidence);
    const fresh = { measured: measured(known.evidence, budget), reasons: judgement.reasons };
    const { recorded } = subject;
    if (recorded !== null && recorded.fingerprint === draft.fingerprint && !hasEnded(recorded, { now, epoch, isBelieved }))
      return recordedAnswer(recorded, fresh, frame(pollMs));
    const entry = await newDecision(question, snapshot, { known, judgement, draft }, context);
    if (await spans.part('gate.store', () => record(entry, context))) {
      if (entry.decision.mode === 'enforced') announce(entry, recorded);
      return recordedAnswer(entry, fresh, frame(pollMs));
    }
    const winner = (await store.readSubject(question)).recorded;
    return winner !== null && winner.decision.revision > (recorded?.decision.revision ?? 0)
      ? recordedAnswer(winner, fresh, frame(pollMs))
      : null;
  }

  async function judged(
    question: ResolvedQuestion,
    { now, stageStartedAt, subject, standing }: Omit<Snapshot, 'epoch'>,
    context: AskContext,
  ): Promise<{ readonly known: GatheredFacts; readonly judgement: Judgement }> {
    const moment = { now, stageStartedAt, standing: standing.standing, passedWith: passedWith(subject.recorded) };
    const known = await spans.part('gate.facts', () => gatherFacts(question, moment, options, context));
    return { known, judgement: await spans.part('gate.policy', async () => judge(known.bytes, policy)) };
  }

  /** Everything that {@link attempt} reads, and nothing that it writes. */
  async function rehearse(question: ResolvedQuestion, context: AskContext): Promise<GateAnswer> {
    const now = clock.now();
    const [startedAt, subject, standing] = await Promise.all([
      store.stageStart(question),
      store.readSubject(question),
      store.readStanding(question),
    ]);
    const { known, judgement } = await judged(question, { now, stageStartedAt: startedAt ?? now, subject, standing }, context);
    const { budget, pollMs } = settingsOf(question);
    const inText = (reasons: readonly PolicyReason[]) => reasons.map((reason) => inWords(reason, policy.render));
    const would = {
      verdict: judgement.verdict,
      reasons: inText(judgement.reasons),
      warnings: inText(judgement.warnings),
      measured: measured(known.evidence, budget),
    };
    return dryRunAnswer(question, would, { frame: frame(pollMs), stageStartedAt: startedAt });
  }

  async function newDecision(
    question: ResolvedQuestion,
    { now, epoch, stageStartedAt, subject, standing }: Snapshot,
    { known, judgement, draft }: Verdict,
    { traceId, signal }: AskContext,
  ): Promise<NewDecision> {
    const { facts, factsDigest, evidence } = known;
    const { stages, passValidMs } = settingsOf(question);
    const context = {
      id: randomUuid(),
      epoch,
      revision: subject.revision + 1,
      factsDigest,
      policyDigest: policy.digest,
      now,
      stageStartedAt,
      passValidMs,
      traceId: traceId ?? null,
    };
    const decision = decisionOf(question, facts, judgement, draft, context, policy.render);
    const bundle = await spans.part('gate.sign', () =>
      signStatement(decisionStatement(decision), signer, signal === undefined ? {} : { signal }),
    );
    const isLastStage = stages.at(-1) === question.stage;
    const next = afterDecision(standing.standing, decision, { isLastStage, rebuildRevision: evidence.rebuildRevision });
    const changed = JSON.stringify(next) !== JSON.stringify(standing.standing);
    const heldSince = decision.verdict === 'hold' ? (subject.recorded?.heldSince ?? now) : null;
    return {
      decision,
      bundle,
      facts,
      fingerprint: draft.fingerprint,
      questionDigest: questionDigest(question),
      heldSince,
      standing: changed ? { revision: standing.revision + 1, standing: next } : null,
    };
  }

  /** Row, decision, standing and ledger entry in one transaction, or nothing of it. */
  async function record(entry: NewDecision, { actor }: AskContext): Promise<boolean> {
    try {
      await transactor.transaction(async (tx) => {
        if (!(await store.record(entry, { tx }))) throw lostRace;
        if ((await ledger.epoch({ tx })) !== entry.decision.epoch) {
          epochs.forget();
          throw lostRace;
        }
        await ledger.append([ledgerEntry(entry, actor)], { tx });
      });
      return true;
    } catch (error) {
      if (error === lostRace) return false;
      throw error;
    }
  }

  function announce({ decision, fingerprint }: NewDecision, previous: RecordedDecision | null): void {
    const { subject, verdict } = decision;
    const heldForMs = verdict === 'hold' || previous?.heldSince == null ? null : Date.parse(decision.evaluatedAt) - previous.heldSince;
    const { stages } = settingsOf(subject);
    events.onDecision({
      decision,
      type: previous?.fingerprint === fingerprint ? 'renewal' : 'transition',
      previousVerdict: previous?.decision.verdict ?? null,
      heldForMs,
      alerts: decision.warnings.flatMap(({ code }) => (alarming.has(code) ? [code] : [])),
      isListedStage: stages.includes(subject.stage ?? ''),
      isLastStage: stages.at(-1) === subject.stage,
    });
  }

  function settingsOf({ service, environment }: Pick<ResolvedQuestion, 'service' | 'environment'>): StageSettings {
    return policy.settings(service, environment);
  }

  function held(question: ResolvedQuestion, reasons: readonly PolicyReason[]): GateAnswer {
    return unrecordedHold(
      question,
      reasons.map((reason) => inWords(reason, policy.render)),
      frame(unknownPollMs),
    );
  }

  async function answer(question: ResolvedQuestion, context: AskContext): Promise<GateAnswer> {
    if (suspended !== null) return held(question, [suspended]);
    try {
      for (let count = 0; count < maxAttempts; count++) {
        const answered = await attempt(question, context);
        if (answered !== null) return answered;
      }
      throw new GateError('CONTENTION', `another writer came first ${maxAttempts} times`, { retryable: true });
    } catch (error) {
      logger.error(
        { err: error, service: question.service, release_id: question.releaseId },
        'a question could not be answered and is held',
      );
      return held(question, [faultOf(error)]);
    }
  }

  return {
    async dryRun(question, context) {
      if (suspended !== null) return held(question, [suspended]);
      return rehearse(question, context).catch((error: unknown) => {
        logger.error({ err: error, service: question.service, release_id: question.releaseId }, 'a dry run failed');
        return held(question, [faultOf(error)]);
      });
    },
    async ask(question, context) {
      const startedAt = clock.monotonic();
      const answered = await spans.part('gate.decide', async (span) => {
        span.setAttributes(attributesOfQuestion(question));
        const given = await answer(question, context);
        span.setAttributes(attributesOfAnswer(given));
        return given;
      });
      const { verdict, heldSince } = answered;
      if (modeOf(question) === 'enforced')
        events.onAnswer({
          ...{ verdict, environment: question.environment, durationMs: clock.monotonic() - startedAt },
          heldForMs: verdict !== 'hold' || heldSince === null ? null : clock.now() - Date.parse(heldSince),
        });
      return answered;
    },
  };
}

/** A decision of an earlier epoch has ended too, and one by a key that was revoked since: a client would refuse it for ever. */
function hasEnded(
  { decision, bundle }: RecordedDecision,
  { now, epoch, isBelieved }: { readonly now: number; readonly epoch: string; readonly isBelieved: NonNullable<GateOptions['isBelieved']> },
): boolean {
  const { verdict, validUntil } = decision;
  if (decision.epoch !== epoch || (validUntil !== null && now >= Date.parse(validUntil))) return true;
  return !isBelieved(bundle.verificationMaterial.publicKey.hint, verdict);
}
