import type { CacheOptions } from '../cache/cache.ts';
import { ServicesError } from '../services-error.ts';
import { servicesOf } from './catalogue.ts';
import { givenByUser } from './provide.ts';
import type { ServiceSet } from './service.ts';

/** How long it took until the programs of a part were there. */
export interface ProvisionedPart {
  readonly name: string;
  readonly seconds: number;
}

/**
 * Fills the cache for all parts of a set: downloads at once, Go builds one after the other. Says a line with its time for each part.
 * Throws the `PART_UNAVAILABLE` of every part that failed, in one error, when the others are there.
 */
export async function provision(set: ServiceSet, options: CacheOptions = {}): Promise<readonly ProvisionedPart[]> {
  const parts = servicesOf(set).filter((service) => givenByUser(service) === null);
  const started = performance.now();
  const settled = await Promise.allSettled(
    parts.map(async (service) => {
      await service.provision(options);
      const seconds = Math.round((performance.now() - started) / 100) / 10;
      options.onProgress?.(`${service.title} is there (${seconds} s)`);
      return { name: service.name, seconds };
    }),
  );
  const faults = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  if (faults.length > 0) {
    const code = options.signal?.aborted === true ? 'ABORTED' : 'PART_UNAVAILABLE';
    throw new ServicesError(code, faults.map(({ message }) => message).join('\n'), { cause: new AggregateError(faults) });
  }
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
