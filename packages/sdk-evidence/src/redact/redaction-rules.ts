// What is taken out besides secrets: fields named by path, and which guesses are made. Secrets of a known form cannot be let through.
import { z } from 'zod';
import { faultsOf } from '@promotable/contracts';
import { EvidenceError } from '../evidence-error.ts';
import { faulty } from '../fault-list.ts';
import { redactionRules } from './rules.ts';

const optional = redactionRules.filter((rule) => rule.optional === true).map(({ name }) => name);
const names: ReadonlySet<string> = new Set(redactionRules.map(({ name }) => name));

/** Fields by path: every text there and below is replaced as a whole. */
const PathRule = z.strictObject({
  /** JSON Pointer from the statement's root; `*` stands for one part of it, `**` for any number. */
  path: z
    .string()
    .max(512)
    .regex(/^(?:\/[^/]+)+$/, 'must be a JSON Pointer such as /predicate/values/tests/failures/*'),
  /** Appears in `[redacted:<rule>]` and in the record's `redactions`. */
  rule: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be 1 to 64 small letters, digits or hyphens')
    .refine((name) => !names.has(name), 'must not be the name of a detector'),
});

/** Rules of an installation, as a file states them. */
export const RedactionRules = z.strictObject({
  paths: z.array(PathRule).max(100).default([]),
  /** Detectors that are not asked: those that guess, never those of secrets. */
  off: z.array(z.enum(optional as [string, ...string[]])).default([]),
});
/** Rules of an installation, as a file states them. */
export type RedactionRules = z.infer<typeof RedactionRules>;

/** Reads rules. @throws {EvidenceError} `EVIDENCE_INVALID` with every fault */
export function parseRedactionRules(value: unknown): RedactionRules {
  const parsed = RedactionRules.safeParse(value);
  if (parsed.success) return parsed.data;
  throw faulty('EVIDENCE_INVALID', 'redaction rules', faultsOf(parsed.error));
}

/** Least length of an auditor's key, bytes: as long as the digest. */
const leastKeyBytes = 32;

/** Reads an auditor's key: base64 of at least 32 bytes, as `openssl rand -base64 32` writes it. @throws {EvidenceError} `EVIDENCE_INVALID` */
export function parseAuditorKey(text: string): Uint8Array {
  const trimmed = text.trim();
  const bytes = /^[A-Za-z0-9+/]+={0,2}$/.test(trimmed) ? Buffer.from(trimmed, 'base64') : Buffer.alloc(0);
  if (bytes.length >= leastKeyBytes) return bytes;
  throw new EvidenceError('EVIDENCE_INVALID', `an auditor's key must be base64 of at least ${leastKeyBytes} bytes`);
}
