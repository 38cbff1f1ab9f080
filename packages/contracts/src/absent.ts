import { z } from 'zod';

/** States that a value was looked for and is not there; `code` says why. Never the same as a missing field. */
export const Absent = <const Codes extends readonly [string, ...string[]]>(codes: Codes) => z.strictObject({ absent: z.enum(codes) });
