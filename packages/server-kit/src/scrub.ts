// Takes secrets out of anything about to be logged, at any depth; it never decides what to log.

const redacted = '[redacted]';
const maxDepth = 8;
const maxItems = 200;

const secretKey =
  /^(?:proxy[_-]?authorization|authorization|cookies?|set[_-]?cookie|.*password|passphrase|.*passwd|.*secrets?|.*credentials?|.*tokens?|.*(?:private|signing|api|access)[_-]?key|jwt|pem)$/i;

const secretTexts: readonly (readonly [RegExp, string])[] = [
  // The JSON-escaped form ends at the closing quote at the latest, so that a scrubbed log line stays valid JSON.
  [/-----BEGIN [A-Z0-9 ]+-----(?:[^"\\]|\\.)*?(?:-----END [A-Z0-9 ]+-----|(?=")|$)/g, redacted],
  [/\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*){0,3}/g, redacted],
  [/\b(Bearer|Basic|DPoP)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${redacted}`],
  [
    /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{30,}|xox[abeoprs]-[\w-]{10,}|(?:AKIA|ASIA)[0-9A-Z]{16})/g,
    redacted,
  ],
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s@/"]+@/gi, `$1:${redacted}@`],
];

/** Replaces JWTs, PEM blocks, authorization schemes, well-known token forms and passwords in URLs. */
export function scrubText(text: string): string {
  return secretTexts.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

/** A plain, bounded copy of `value` with secrets replaced: by the name of the key, and by the form of the text. */
export function scrub(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, ancestors: Set<object>): unknown {
  if (typeof value === 'string') return scrubText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (ancestors.has(value)) return '[circular]';
  if (depth >= maxDepth) return '[deep]';
  ancestors.add(value);
  try {
    return copyObject(value, depth, ancestors);
  } finally {
    ancestors.delete(value);
  }
}

function copyObject(value: object, depth: number, ancestors: Set<object>): unknown {
  if (value instanceof Error) return copyError(value, depth, ancestors);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.slice(0, maxItems).map((item) => copy(item, depth + 1, ancestors));
  const prototype: unknown = Object.getPrototypeOf(value);
  // Instances (sockets, requests, key objects) hold what nobody meant to log.
  if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor?.name ?? 'object'}]`;
  const isPrivateJwk = 'kty' in value;
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, maxItems)
      .map(([key, item]) => [
        scrubText(key),
        secretKey.test(key) || (isPrivateJwk && /^(?:d|p|q|dp|dq|qi|k|priv)$/.test(key)) ? redacted : copy(item, depth + 1, ancestors),
      ]),
  );
}

function copyError(error: Error, depth: number, ancestors: Set<object>): unknown {
  const { code, reason } = error as { code?: unknown; reason?: unknown };
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: scrubText(error.message),
    ...(typeof reason === 'string' ? { reason: scrubText(reason) } : {}),
    stack: error.stack === undefined ? undefined : scrubText(error.stack),
    ...(error.cause === undefined ? {} : { cause: copy(error.cause, depth + 1, ancestors) }),
  };
}
