import type { z } from 'zod';
import type { Fault } from './coded-error.ts';

/** Turns every issue of a failed zod parse into a {@link Fault} with an RFC 6901 path. */
export function faultsOf(error: z.core.$ZodError): Fault[] {
  return error.issues.map((issue) => ({
    path: issue.path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
    code: issue.code === undefined ? 'invalid' : String(issue.code),
    message: issue.message,
  }));
}
