import { hash } from 'node:crypto';

/** The bytes of a successful answer, as they are sent. */
export interface KeptAnswer {
  readonly bytes: Buffer;
  /** Strong entity tag of the bytes, RFC 9110 section 8.8.3. */
  readonly etag: string;
  /** Name of the operation, for the log. */
  readonly op: string;
}

export function keptAnswer(op: string, body: object): KeptAnswer {
  const bytes = Buffer.from(JSON.stringify(body));
  return { op, bytes, etag: `"${hash('sha256', bytes, 'base64url')}"` };
}

/** Whether an `If-None-Match` header names the tag: RFC 9110 section 13.1.2, weak comparison. */
export function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header === etag || header === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
