import type { Span } from '@opentelemetry/api';
import { type Clock, IdempotencyKey } from '@promotable/contracts';
import { spansOf, tracingFetch } from '@promotable/telemetry/tracing';
import { EvidenceError } from '../evidence-error.ts';
import { faulty } from '../fault-list.ts';
import { holdsSecret } from '../redact/redact-text.ts';
import type { Answer } from './answer.ts';
import { graphqlEndpoint } from './endpoint.ts';
import { createEvidenceEvents, type EvidenceEvents } from './events.ts';
import { sendNotice } from './notice.ts';
import { environmentOf, type Publishable } from './publishable.ts';
import type { EvidenceReceipt } from './receipt.ts';
import { requestBody } from './request-body.ts';
import { createResilience, type ResilienceOptions } from './resilience.ts';
import { send } from './send.ts';
import { type TokenSource, withFreshToken } from './token-source.ts';

/** Which MC, and with which token. */
export interface PublisherOptions extends ResilienceOptions {
  /** Of MC, with or without `/graphql`. */
  readonly url: string;
  readonly token: TokenSource;
  /** @default the global one */
  readonly fetch?: typeof fetch | undefined;
  /** @default the clocks of this machine */
  readonly clock?: Clock | undefined;
  /** Uniform in [0, 1); drives the jitter. @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Hears of every attempt and outcome. @default nobody */
  readonly events?: EvidenceEvents | undefined;
}

/** What one publish may differ in. */
export interface PublishOptions {
  /** The caller's name for this publish, 1 to 128 characters, unique per tenant. @default the statement digest */
  readonly idempotencyKey?: string | undefined;
  /** @default none */
  readonly signal?: AbortSignal | undefined;
}

/** That MC has the evidence. */
export interface Published {
  /** `duplicate`: MC had this very statement already, which is a success. */
  readonly outcome: 'accepted' | 'duplicate';
  readonly receipt: EvidenceReceipt;
  readonly attempts: number;
}

/** Brings signed evidence to MC. */
export interface Publisher {
  /**
   * Sends signed evidence, or an attestation, until MC gives a receipt, within the bounds of {@link ResilienceOptions}.
   * @throws {EvidenceError} retryable, keep the record: `MC_UNREACHABLE`, `MC_ANSWER_INVALID`, `STORE_UNAVAILABLE`, `SIGNATURE_UNTRUSTED`;
   * permanent: `IDEMPOTENCY_CONFLICT`, `RELEASE_DIGEST_CONFLICT`, `BUNDLE_INVALID`, `PREDICATE_UNKNOWN`, `OBSERVED_IN_FUTURE` and others with the server's
   * faults, `PUBLISH_REFUSED`, `TOKEN_UNREADABLE`, `EVIDENCE_INVALID` for a bad key, `ABORTED`
   */
  publish(evidence: Publishable, options?: PublishOptions): Promise<Published>;
  /**
   * Tells MC once, within 3 s, that evidence waits in a spool, so that the gate says `PENDING` and not `NO_EVIDENCE`. False when MC did not
   * take it; never rejects.
   */
  noticeSpooled(evidence: Publishable, options?: Pick<PublishOptions, 'signal'>): Promise<boolean>;
}

const spans = spansOf('@promotable/sdk-evidence');

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/**
 * A client of MC's `publishEvidence`. One per process: its circuit breaker spares an MC that is away from every further call.
 * @throws {EvidenceError} `EVIDENCE_INVALID` for a URL that cannot be used
 */
export function createPublisher(options: PublisherOptions): Publisher {
  const {
    token,
    fetch: anyFetch = fetch,
    clock = systemClock,
    random = Math.random,
    events = createEvidenceEvents(),
    url,
    ...limits
  } = options;
  const endpoint = graphqlEndpoint(url);
  const fetcher = tracingFetch(anyFetch);
  const resilience = createResilience(limits, { clock, random });

  async function deliver(evidence: Publishable, idempotencyKey: string, signal: AbortSignal, span: Span): Promise<Published> {
    const about = { statementDigest: evidence.statementDigest, environment: environmentOf(evidence) };
    const body = requestBody(evidence, idempotencyKey);
    const startedAt = clock.monotonic();
    const authorized = withFreshToken(token);
    let attempts = 0;
    const answer = await resilience({
      signal,
      onRetry: ({ attempt, delayMs, failure: { error } }) =>
        events.emit({ ...about, type: 'retry', attempt, delayMs, code: error.code, message: error.message }),
      attempt: async (context): Promise<Answer> => {
        attempts = context.attempt;
        events.emit({ ...about, type: 'attempt', attempt: attempts });
        try {
          return await authorized(context.signal, (given) =>
            send({
              endpoint,
              body,
              statementDigest: evidence.statementDigest,
              token: given,
              attempt: { attempt: attempts, elapsedSeconds: Math.max(0, clock.monotonic() - startedAt) / 1000 },
              fetch: fetcher,
              clock,
              signal: context.signal,
            }),
          );
        } catch (error) {
          if (error instanceof EvidenceError)
            return { outcome: 'failed', error, again: error.retryable, breaks: false, retryAfterMs: null };
          throw error;
        }
      },
    });
    const seconds = (clock.monotonic() - startedAt) / 1000;
    span.setAttributes({ 'mc.publish.outcome': answer.outcome, 'mc.publish.attempts': attempts });
    if (answer.outcome === 'failed') {
      const { code, message, retryable } = answer.error;
      events.emit({ ...about, type: 'failed', attempts, seconds, code, message, retryable });
      throw answer.error;
    }
    events.emit({ ...about, type: answer.outcome, attempts, seconds, receipt: answer.receipt });
    return { ...answer, attempts };
  }

  return {
    noticeSpooled: (evidence, { signal } = {}) => sendNotice(evidence, { endpoint, token, fetch: fetcher, signal }),
    async publish(evidence, { idempotencyKey = evidence.statementDigest, signal = new AbortController().signal } = {}) {
      assertKey(idempotencyKey);
      const attributes = attributesOf(evidence);
      return spans.span('evidence.publish', { attributes }, (span) => deliver(evidence, idempotencyKey, signal, span));
    },
  };
}

function attributesOf(evidence: Publishable) {
  const { service, releaseId, checkpoint } = evidence.predicate;
  return {
    'mc.service': service,
    'mc.release.id': releaseId,
    'mc.environment': environmentOf(evidence),
    'mc.evidence.checkpoint': checkpoint,
    'mc.evidence.digest': evidence.statementDigest,
  };
}

function assertKey(key: string): void {
  const refuse = (message: string) =>
    faulty('EVIDENCE_INVALID', 'idempotency key', [{ path: '/idempotencyKey', code: 'invalid_key', message }]);
  if (!IdempotencyKey.safeParse(key).success) throw refuse('must have 1 to 128 characters');
  if (holdsSecret(key)) throw refuse('looks like a secret; it is stored and shown by MC');
}
