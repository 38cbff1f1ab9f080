import type { SpoolRecord } from './spool.ts';

/** A record's file by its name, which alone holds its state, so that a rename changes it in one step. */
export interface SpoolFile {
  /** Strictly increasing, microseconds since the Unix epoch. */
  readonly arrival: number;
  readonly failures: number;
  /** Of the file, bytes. */
  readonly size: number;
  readonly statementDigest: string;
  /** Where it is being sent. */
  readonly lease: { readonly until: number; readonly token: string } | null;
}

const nameRule = /^(\d{17})\.(\d{1,9})\.(\d{1,10})\.([0-9a-f]{64})\.json(?:\.(\d{1,16})\.([0-9a-f-]{36}))?$/;

export function fileName({ arrival, failures, size, statementDigest, lease }: SpoolFile): string {
  const base = `${String(arrival).padStart(17, '0')}.${failures}.${size}.${statementDigest}.json`;
  return lease === null ? base : `${base}.${lease.until}.${lease.token}`;
}

/** Null for a file that is none of ours. */
export function parseFileName(name: string): SpoolFile | null {
  const match = nameRule.exec(name);
  if (match === null) return null;
  const [, arrival, failures, size, statementDigest = '', until, token] = match;
  return {
    arrival: Number(arrival),
    failures: Number(failures),
    size: Number(size),
    statementDigest,
    lease: token === undefined ? null : { until: Number(until), token },
  };
}

/** JSON `{idempotencyKey, bundle}`, the bundle as the text of its file. */
export function writeContent({ idempotencyKey, bytes }: SpoolRecord): Uint8Array {
  return Buffer.from(`${JSON.stringify({ idempotencyKey, bundle: Buffer.from(bytes).toString('utf8') })}\n`);
}

/** Null for a file that was cut or changed by another hand. */
export function readContent(statementDigest: string, text: string): SpoolRecord | null {
  try {
    const { idempotencyKey, bundle } = JSON.parse(text) as Record<string, unknown>;
    if (typeof idempotencyKey !== 'string' || typeof bundle !== 'string') return null;
    return { statementDigest, idempotencyKey, bytes: Buffer.from(bundle) };
  } catch {
    return null;
  }
}
