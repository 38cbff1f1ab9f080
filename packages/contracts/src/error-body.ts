import { z } from 'zod';

export const FaultBody = z.object({ path: z.string(), code: z.string(), message: z.string() });
/** The body of every HTTP error outside GraphQL. */
export const ErrorBody = z.object({
  error: z.object({ code: z.string(), message: z.string(), faults: z.array(FaultBody), requestId: z.string() }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
