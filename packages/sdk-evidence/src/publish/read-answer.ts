import { z } from 'zod';
import { EvidenceError, type EvidenceErrorCode } from '../evidence-error.ts';
import type { Answer, Failure, Refusal } from './answer.ts';
import { EvidenceReceipt } from './receipt.ts';
import { scrubFaults, type Scrub } from './scrub.ts';

/** An HTTP answer, its body read whole. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterMs: number | null;
}

export interface AnswerContext {
  readonly statementDigest: string;
  readonly scrub: Scrub;
}

const Accepted = z.object({
  data: z.object({ publishEvidence: z.object({ id: z.string(), signed: z.literal(true), receipt: EvidenceReceipt }) }),
});
const Extensions = z.object({
  code: z.string().max(128),
  faults: z.unknown().optional(),
  requestId: z.string().max(128).nullish(),
  receipt: z.unknown().optional(),
  retryable: z.unknown().optional(),
});
const Refused = z.object({ errors: z.array(z.object({ message: z.string(), extensions: Extensions })).min(1) });

/** Codes of the server that mean the same here; every other one becomes `PUBLISH_REFUSED` with the code in its message. */
const sharedCodes = [
  'BUNDLE_INVALID',
  'BUNDLE_MISMATCH',
  'PREDICATE_UNKNOWN',
  'IDEMPOTENCY_CONFLICT',
  'RELEASE_DIGEST_CONFLICT',
  'SIGNATURE_UNTRUSTED',
  'OBSERVED_IN_FUTURE',
  'STORE_UNAVAILABLE',
  'EVIDENCE_INVALID',
] as const satisfies EvidenceErrorCode[];
const internalCodes = ['INTERNAL', 'INTERNAL_SERVER_ERROR'];

/**
 * What an HTTP answer means. Nothing is a success but MC's own word, in its own shape, with a receipt of the very statement that was sent:
 * a 200 of a proxy, an empty body or another statement's receipt is `MC_ANSWER_INVALID`.
 */
export function readAnswer({ status, body, retryAfterMs }: HttpAnswer, context: AnswerContext): Answer {
  const json = parse(body);
  const refused = Refused.safeParse(json);
  if (refused.success) return readRefusal(status, refused.data.errors[0] as RefusalBody, retryAfterMs, context);
  const accepted = status >= 200 && status < 300 ? Accepted.safeParse(json) : null;
  // An empty list of errors beside data is none; anything else there was not of MC's shape.
  if (accepted?.success && isEmptyList((json as { errors?: unknown }).errors)) {
    const { receipt } = accepted.data.data.publishEvidence;
    if (!isClean(receipt, context)) return invalid('the receipt holds a secret', status);
    if (receipt.statementDigest === context.statementDigest) return { outcome: 'accepted', receipt };
    return invalid('the receipt is of another statement', status);
  }
  return readForeign(status, retryAfterMs);
}

type RefusalBody = z.infer<typeof Refused>['errors'][number];

function readRefusal(status: number, { message, extensions }: RefusalBody, retryAfterMs: number | null, context: AnswerContext): Answer {
  const { statementDigest, scrub } = context;
  const code = scrub(extensions.code);
  const cause: Refusal = {
    status,
    code,
    requestId: extensions.requestId === null || extensions.requestId === undefined ? null : scrub(extensions.requestId),
  };
  const faults = scrubFaults(extensions.faults, scrub);
  const failed = (
    own: EvidenceErrorCode,
    text: string,
    { retryable = false, again, breaks = false }: { retryable?: boolean; again?: boolean; breaks?: boolean } = {},
  ): Failure => ({
    outcome: 'failed',
    error: new EvidenceError(own, text, { cause, faults, retryable }),
    again: again ?? retryable,
    breaks,
    retryAfterMs,
  });
  const said = `${code}: ${scrub(message)}`;
  if (code === 'DUPLICATE') {
    const receipt = EvidenceReceipt.safeParse(extensions.receipt);
    if (!receipt.success || !isClean(receipt.data, context)) return invalid('a duplicate was reported without a readable receipt', status);
    if (receipt.data.statementDigest === statementDigest) return { outcome: 'duplicate', receipt: receipt.data };
    return failed('IDEMPOTENCY_CONFLICT', 'the idempotency key stands for another statement');
  }
  // Trust comes by a change at MC, not within seconds: no further attempt, but the record is worth keeping.
  if (code === 'SIGNATURE_UNTRUSTED') return failed('SIGNATURE_UNTRUSTED', said, { retryable: true, again: false });
  if (status === 401 || status === 403) return failed('PUBLISH_REFUSED', `MC refuses the caller (${status}): ${said}`);
  if (status === 429) return failed('MC_UNREACHABLE', `MC asks for patience (429): ${said}`, { retryable: true });
  const own = sharedCodes.find((shared) => shared === code);
  if (status >= 500 || internalCodes.includes(code))
    return failed(own === 'STORE_UNAVAILABLE' ? own : 'MC_UNREACHABLE', `MC failed (${status}): ${said}`, {
      retryable: true,
      breaks: true,
    });
  return failed(own ?? 'PUBLISH_REFUSED', `MC refuses the record (${status}): ${said}`, { retryable: extensions.retryable === true });
}

/** An answer that is not in MC's words: a proxy, an ingress, an error page, something cut off. */
function readForeign(status: number, retryAfterMs: number | null): Failure {
  const cause: Refusal = { status, code: null, requestId: null };
  const failed = (code: EvidenceErrorCode, message: string, retryable: boolean, breaks: boolean): Failure => ({
    outcome: 'failed',
    error: new EvidenceError(code, message, { cause, retryable }),
    again: retryable,
    breaks,
    retryAfterMs,
  });
  if (status === 401 || status === 403) return failed('PUBLISH_REFUSED', `MC refuses the caller (${status})`, false, false);
  if (status === 422) return failed('PUBLISH_REFUSED', 'the record was refused (422) without a reason that can be read', false, false);
  if (status === 429) return failed('MC_UNREACHABLE', 'MC, or something before it, asks for patience (429)', true, false);
  if (status >= 500) return failed('MC_UNREACHABLE', `MC, or something before it, failed (${status})`, true, true);
  return invalid(`the answer (${status}) is not of MC's shape; is the URL right?`, status);
}

function invalid(message: string, status: number): Failure {
  const cause: Refusal = { status, code: null, requestId: null };
  return {
    outcome: 'failed',
    error: new EvidenceError('MC_ANSWER_INVALID', message, { cause, retryable: true }),
    again: true,
    breaks: true,
    retryAfterMs: null,
  };
}

/** The key is the one free text of a receipt, and receipts are printed and stored. */
function isClean({ idempotencyKey }: EvidenceReceipt, { scrub }: AnswerContext): boolean {
  return scrub(idempotencyKey) === idempotencyKey;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function isEmptyList(errors: unknown): boolean {
  return errors === undefined || errors === null || (Array.isArray(errors) && errors.length === 0);
}
