// One question in, one answer out, whatever MC does: what is not a verified verdict is a hold that says why.
import { digestOf } from '@promotable/attest';
import { type GateQuestion, isCodedError, type Logger } from '@promotable/contracts';
import { askGate } from '../client/ask-gate.ts';
import { holdAnswer } from '../client/client-answer.ts';
import type { AskGateOptions, ClientAnswer } from '../client/gate-client-options.ts';
import { Hold } from '../client/hold.ts';
import { adapterAnswer, type AdapterAnswer } from './adapter-answer.ts';
import type { AdapterEvents } from './adapter-events.ts';
import { readAdapterQuestion } from './adapter-question.ts';
import { memoryProven, type ProvenStore } from '../client/proven-store.ts';
import { cachedState } from './cached-state.ts';
import { provenLists } from './proven-lists.ts';
import { defaultHoldLimits, type HoldLimits, holdWatch, type HoldWatch } from './hold-watch.ts';

/** How an adapter asks MC, and who is told what happens. */
export interface GateAdapterOptions extends Omit<AskGateOptions, 'question' | 'signal'> {
  readonly logger: Logger;
  /** @default [] */
  readonly listeners?: readonly AdapterEvents[];
  /** Where lists of proven digests are kept for the time MC is away. @default in memory: they end with the process */
  readonly proven?: ProvenStore;
  /** @default 5 min, 15 min, 4 h */
  readonly holdLimits?: HoldLimits;
}

/** What the caller of an adapter brings besides its question. */
export interface AdapterContext {
  readonly traceId?: string;
  /** Gives up; the answer is then a hold. */
  readonly signal?: AbortSignal;
}

/** Answers rollout controllers in a cluster. */
export interface GateAdapter {
  /** @throws {GateError} `INVALID_QUESTION` (400) with every fault; nothing else: every other failure is a hold */
  answer(body: unknown, context?: AdapterContext): Promise<AdapterAnswer>;
  readonly holds: Pick<HoldWatch, 'counts'>;
  /** Fetches the list of proven digests of every service and environment that was asked about or is kept; to be called every 5 minutes. Never rejects. */
  refresh(): Promise<void>;
  /** Whether token and state can be read; MC being away is no fault of the adapter. Rejects with what is wrong. */
  ready(): Promise<void>;
}

/** Questions whose last answer is known, to tell a new answer from a repeated one. */
const maxLastAnswers = 10_000;

/** An adapter between a rollout controller and MC. */
export function createGateAdapter({
  logger,
  listeners = [],
  holdLimits = defaultHoldLimits,
  proven = memoryProven(),
  ...ask
}: GateAdapterOptions): GateAdapter {
  const { clock } = ask;
  const state = cachedState(ask.state);
  const lists = provenLists({ ...ask, state, proven }, logger);
  const last = new Map<string, string>();
  const tell = (notice: (listener: AdapterEvents) => void): void => {
    for (const listener of listeners) {
      try {
        notice(listener);
      } catch (error) {
        logger.error({ err: error }, 'a listener of the gate adapter failed');
      }
    }
  };
  const holds = holdWatch(clock, holdLimits, (event) => {
    const { level, environment, held } = event;
    const fields = { environment, level, held: held.length, releases: held.slice(0, 20).map(({ question }) => question.releaseId) };
    if (event.state === 'ended') logger.info(fields, 'long hold ended');
    else logger.warn({ ...fields, held_since: new Date(held[0]?.since ?? clock.now()).toISOString() }, 'long hold');
    tell((listener) => listener.onHold?.(event));
  });

  function isNewAnswer(key: string, fingerprint: string): boolean {
    const before = last.get(key);
    last.delete(key);
    last.set(key, fingerprint);
    if (last.size > maxLastAnswers) last.delete(last.keys().next().value ?? '');
    return before !== fingerprint;
  }

  async function believed(question: GateQuestion, signal: AbortSignal | undefined): Promise<ClientAnswer> {
    try {
      return await askGate({ ...ask, state, proven, question, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      if (isCodedError(error) && error.code === 'INVALID_QUESTION') throw error;
      // Token, state or configuration: ours to mend, and no verdict on the release.
      logger.error({ err: error, error_code: isCodedError(error) ? error.code : 'INTERNAL' }, 'the gate could not be asked');
      return holdAnswer(new Hold('INTERNAL'));
    }
  }

  return {
    holds,
    refresh: () => lists.refresh(),
    async answer(body, { traceId, signal } = {}) {
      const question = readAdapterQuestion(body);
      const startedAt = clock.monotonic();
      const believedAnswer = await believed(question, signal);
      const { verdict, reasons } = believedAnswer;
      lists.note(question, believedAnswer);
      const codes = reasons.map(({ code }) => code);
      const key = digestOf(question);
      const { since: heldSince, heldForMs } = holds.note(key, question, { verdict, codes });
      const answer = adapterAnswer(question, believedAnswer, { heldSince, traceId: traceId ?? null });
      const isNew = isNewAnswer(key, JSON.stringify([verdict, codes]));
      logger[isNew ? 'info' : 'debug'](logFields(answer, codes), 'gate answered');
      const durationMs = clock.monotonic() - startedAt;
      tell((listener) => listener.onAnswer?.({ question, answer, isNew, durationMs, heldForMs }));
      return answer;
    },
    async ready() {
      await state.load();
      if (typeof ask.token === 'function') await ask.token();
    },
  };
}

function logFields(answer: AdapterAnswer, codes: readonly string[]) {
  const { verdict, source, service, release, environment, stage, decisionId, override, traceId } = answer;
  return { verdict, source, service, release, environment, stage, codes, override, decision_id: decisionId, trace_id: traceId };
}
