import { ServicesError } from '../services-error.ts';

/** Throws `error` on; as `DATA_IN_USE` when the program said (`pattern`) that another one holds `dataDirectory`. */
export function inUse(error: unknown, pattern: RegExp, dataDirectory: string | null): never {
  if (dataDirectory === null || !(error instanceof ServicesError) || !pattern.test(error.message)) throw error;
  const advice = `${dataDirectory} is in use by another server: stop it or choose another data directory.`;
  throw new ServicesError('DATA_IN_USE', advice, { cause: error });
}
