import type { CacheOptions } from '../cache/cache.ts';
import type { StartOptions } from '../process/start-process.ts';
import type { Requirement } from './requirement.ts';

/** `light` serves `npm test`; `heavy`, whose programs take minutes to build, `npm run test:interop` alone. */
export type ServiceSet = 'light' | 'heavy';

/** Variables by which a part is found, as a shell would export them. */
export type ServiceEnvironment = Readonly<Record<string, string>>;

/** A part that is there, started by us or by the user. */
export interface StartedService {
  readonly environment: ServiceEnvironment;
  /** Ends what we started; leaves alone what the user gave. */
  stop(): Promise<void>;
}

/** One entry of the catalogue. A part that is a program and not a server only provides it: its variable is the path. */
export interface Service {
  readonly name: string;
  /** With its version, for people. */
  readonly title: string;
  readonly set: ServiceSet;
  /** Variables that it is found by. When the first one is set, it is the user's, and nothing is fetched or started. */
  readonly variables: readonly [string, ...string[]];
  /** Directory below the cache that holds it; while that is there, requirements for fetching do not count. @default none */
  readonly keptAs?: string;
  readonly requires: readonly Requirement[];
  /** Fetches and builds what it needs, and starts nothing. */
  provision(options: CacheOptions): Promise<unknown>;
  start(options: CacheOptions & StartOptions): Promise<StartedService>;
  /** Asks one real question of it and resolves with the answer, in few words. Rejects when it does not work. */
  query(environment: ServiceEnvironment): Promise<string>;
}

/** A part that is a program: there is nothing to start, `variable` holds its path. */
export function programService(
  entry: Omit<Service, 'variables' | 'provision' | 'start' | 'query'> & {
    readonly variable: string;
    readonly path: (options: CacheOptions) => Promise<string>;
    readonly ask: (path: string) => Promise<string>;
  },
): Service {
  const { variable, path, ask, ...rest } = entry;
  return {
    ...rest,
    variables: [variable],
    provision: path,
    start: async (options) => ({ environment: { [variable]: await path(options) }, stop: async () => undefined }),
    query: (environment) => ask(environment[variable] ?? ''),
  };
}
