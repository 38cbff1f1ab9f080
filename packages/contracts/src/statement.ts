import { z } from 'zod';
import { Sha256Hex } from './primitives.ts';

/** `_type` of an in-toto Statement v1. */
export const statementType = 'https://in-toto.io/Statement/v1';
const predicateBase = 'https://promotable.dev/attestation';

/** Predicate types of everything Promotable signs; names, nothing is fetched there. */
export const predicateTypes = {
  evidence: `${predicateBase}/evidence/v1`,
  decision: `${predicateBase}/decision/v1`,
  proven: `${predicateBase}/proven/v1`,
  waiver: `${predicateBase}/waiver/v1`,
  override: `${predicateBase}/override/v1`,
  checkpoint: `${predicateBase}/checkpoint/v1`,
  keySet: `${predicateBase}/keyset/v1`,
} as const;

/** One thing a statement is about; matched by digest alone. */
export const StatementSubject = z
  .object({ name: z.string().min(1).max(512).optional(), digest: z.object({ sha256: Sha256Hex }).loose() })
  .loose();

/** in-toto Statement v1 (https://in-toto.io/Statement/v1); unknown fields are ignored, as its specification asks. */
export const Statement = z
  .object({
    _type: z.literal(statementType),
    subject: z.array(StatementSubject).min(1).max(256),
    predicateType: z.string().min(1).max(512),
    predicate: z.record(z.string(), z.unknown()),
  })
  .loose();

export type StatementSubject = z.infer<typeof StatementSubject>;
export type Statement = z.infer<typeof Statement>;

/** Sigstore bundle v0.3 around a DSSE envelope with exactly one signature by a named public key. */
export const Bundle = z.object({
  mediaType: z.literal('application/vnd.dev.sigstore.bundle.v0.3+json'),
  verificationMaterial: z.object({ publicKey: z.object({ hint: z.string().min(1).max(256) }) }),
  dsseEnvelope: z.object({
    payload: z.base64().max(1_400_000),
    payloadType: z.literal('application/vnd.in-toto+json'),
    signatures: z.array(z.object({ sig: z.base64().max(1024), keyid: z.string().min(1).max(256) })).length(1),
  }),
});
export type Bundle = z.infer<typeof Bundle>;
