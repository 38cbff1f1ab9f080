import { faultsOf, Quantity } from '@promotable/contracts';
import { z } from 'zod';
import { TelemetryError } from '../errors.ts';

const prices = ['cpuHourUsd', 'memoryGibHourUsd', 'egressGbUsd', 'millionRequestsUsd'] as const;

/** The form of a price book, as a JSON file has it. US dollars. */
export const PriceBook = z
  .strictObject({
    /** Where the prices come from. */
    source: z.string().min(1).max(200),
    /** One virtual CPU for an hour. */
    cpuHourUsd: Quantity.optional(),
    /** One GiB (2^30 bytes) of memory for an hour. */
    memoryGibHourUsd: Quantity.optional(),
    /** One GB (10^9 bytes) that leaves. */
    egressGbUsd: Quantity.optional(),
    /** A million requests, as gateways and functions charge them. */
    millionRequestsUsd: Quantity.optional(),
  })
  .refine((book) => prices.some((price) => book[price] !== undefined), 'must have at least one price');

/** What things cost, US dollars; what has a price must be measured. */
export type PriceBook = z.infer<typeof PriceBook>;

/** A price book, checked. @throws {TelemetryError} `INVALID_PRICE_BOOK` with every fault and its path */
export function parsePriceBook(value: unknown): PriceBook {
  const parsed = PriceBook.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error);
  throw new TelemetryError('INVALID_PRICE_BOOK', `not a price book: ${faults[0]?.path ?? ''} ${faults[0]?.message ?? ''}`, {
    faults,
    status: 400,
  });
}
