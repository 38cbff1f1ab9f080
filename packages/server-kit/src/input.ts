import { faultsOf, type Fault } from '@promotable/contracts';
import type { z } from 'zod';
import { ServerKitError } from './server-kit-error.ts';

/**
 * Parses what a caller sent; every fault is listed with its RFC 6901 path.
 * @throws ServerKitError `INVALID_INPUT` (400)
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw invalidInput(faultsOf(parsed.error));
  return parsed.data;
}

/** The 400 that names every fault of an input. */
export function invalidInput(faults: readonly Fault[]): ServerKitError {
  return new ServerKitError('INVALID_INPUT', `The input has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}.`, {
    status: 400,
    faults,
  });
}
