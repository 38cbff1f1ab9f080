import { z } from 'zod';
import { Sha256Hex } from './primitives.ts';

/**
 * What a person wrote, as a signed statement has it: sha256 of RFC 8785 `{salt, text}`, so that text and salt can be erased and the signature
 * goes on counting; or the text itself, where whoever signs keeps nothing aside.
 */
export const SignedWords = z.union([z.string().min(1).max(4000), z.strictObject({ sha256: Sha256Hex })]);
export type SignedWords = z.infer<typeof SignedWords>;

/** As {@link SignedWords}, of one line. */
export const SignedLine = z.union([z.string().min(1).max(256), z.strictObject({ sha256: Sha256Hex })]);
