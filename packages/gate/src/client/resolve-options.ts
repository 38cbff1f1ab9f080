// Checks what the caller configured, once, before anything is asked.
import { digestOf, publicKeyFromPem } from '@promotable/attest';
import { faultsOf, GateQuestion } from '@promotable/contracts';
import { tracingFetch } from '@promotable/telemetry/tracing';
import { GateError } from '../gate-error.ts';
import { resolveQuestion } from '../gate-question.ts';
import type { AskGateOptions } from './gate-client-options.ts';

/** @throws {GateError} `CONFIGURATION`, `INVALID_QUESTION` with every fault */
export function resolveAskGate({
  url,
  token,
  question: asked,
  trust,
  clock,
  fetch = globalThis.fetch,
  attemptMs = 3000,
  totalMs = 8000,
  keySetRefreshMs = 300_000,
  signal,
}: AskGateOptions) {
  const parsed = GateQuestion.safeParse(asked);
  if (!parsed.success) throw new GateError('INVALID_QUESTION', 'the question has faults', { faults: faultsOf(parsed.error), status: 400 });
  if (!/^https?:\/\/[^/]/.test(url)) throw misconfigured(`the URL of MC must begin with http:// or https://, not "${url}"`);
  for (const [name, value] of Object.entries({ attemptMs, totalMs, keySetRefreshMs }))
    if (!(value > 0)) throw misconfigured(`${name} must be greater than 0`);
  const { tenant = null, ...body } = parsed.data;
  const question = { ...resolveQuestion(parsed.data, ''), tenant };
  const total = AbortSignal.timeout(totalMs);
  return {
    url: url.replace(/\/+$/, ''),
    question,
    body: tenant === null ? body : { ...body, tenant },
    questionKey: digestOf(question),
    rootPublicKeys: rootsOf(trust.rootPublicKey),
    clock,
    fetch: tracingFetch(fetch),
    attemptMs,
    totalMs,
    keySetRefreshMs,
    deadline: signal === undefined ? total : AbortSignal.any([total, signal]),
    readToken: async () => (typeof token === 'string' ? token : token()),
  };
}

function rootsOf(roots: string | readonly string[]): readonly string[] {
  const list = typeof roots === 'string' ? [roots] : roots;
  if (list.length === 0) throw misconfigured('a root public key must be pinned');
  for (const pem of list) {
    try {
      publicKeyFromPem(pem);
    } catch (cause) {
      throw misconfigured('a pinned root is not an SPKI PEM of P-256 or Ed25519', cause);
    }
  }
  return list;
}

function misconfigured(message: string, cause?: unknown): GateError {
  return new GateError('CONFIGURATION', message, { cause, status: 400 });
}
