import { z } from 'zod';

/** One fault of an error body: JSON Pointer or name of what is wrong, a stable code, and words. */
export const FaultBody = z.object({ path: z.string(), code: z.string(), message: z.string() });
/** The body of every HTTP error outside GraphQL. */
export const ErrorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), faults: z.array(FaultBody), requestId: z.string() }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
