import { hash } from 'node:crypto';

/** A successful answer, as it is sent. */
export interface KeptAnswer {
  /** Text where it is ASCII alone, which node:http sends together with the head in one piece; else bytes. */
  readonly body: string | Buffer;
  /** Length of the body, bytes, as it is written. */
  readonly length: string;
  /** Strong entity tag of the bytes, RFC 9110 section 8.8.3. */
  readonly etag: string;
  /** Name of the operation, for the log. */
  readonly op: string;
}

export function keptAnswer(op: string, body: object): KeptAnswer {
  const text = JSON.stringify(body);
  const bytes = Buffer.from(text);
  return {
    op,
    body: bytes.length === text.length ? text : bytes,
    length: String(bytes.length),
    etag: `"${hash('sha256', bytes, 'base64url')}"`,
  };
}

/** Whether an `If-None-Match` header names the tag: RFC 9110 section 13.1.2, weak comparison. */
export function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header === etag || header === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
