// From an HTTP answer to a gate answer; a status is never a verdict.
import { ErrorBody, GateAnswer, Verdict } from '@promotable/contracts';
import { Hold } from './hold.ts';
import type { HttpAnswer } from './http.ts';

/** Worth another attempt: MC or something before it is out of order. */
export function isOutage({ status }: HttpAnswer): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** @throws {Hold} `UNAUTHENTICATED`, `QUESTION_REFUSED`, `ANSWER_UNREADABLE` */
export function readAnswer({ status, text }: HttpAnswer): GateAnswer {
  if (status === 401 || status === 403) throw new Hold('UNAUTHENTICATED', { status });
  if (status >= 400 && status < 500) throw new Hold('QUESTION_REFUSED', { status, error: errorCode(text) });
  if (status !== 200) throw unreadable(`HTTP ${status}`);
  const value = parseJson(text);
  if (value === undefined) throw unreadable(text === '' ? 'an empty body' : 'no JSON');
  const parsed = GateAnswer.safeParse(value);
  if (parsed.success) return parsed.data;
  const { verdict } = (value ?? {}) as { verdict?: unknown };
  throw unreadable(Verdict.safeParse(verdict).success ? 'an unknown shape' : 'an unknown verdict');
}

function errorCode(text: string): string {
  const parsed = ErrorBody.safeParse(parseJson(text));
  return parsed.success && /^[A-Z][A-Z0-9_]{1,63}$/.test(parsed.data.error.code) ? parsed.data.error.code : 'no error code';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(cause: string): Hold {
  return new Hold('ANSWER_UNREADABLE', { cause });
}
