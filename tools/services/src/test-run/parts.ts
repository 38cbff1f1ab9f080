import type { CacheOptions } from '../cache/cache.ts';
import { startKafka } from '../kafka/kafka.ts';
import { startNeo4j } from '../neo4j/neo4j.ts';
import { startPostgres } from '../postgres/postgres.ts';
import { ServicesError } from '../services-error.ts';
import { startValkey } from '../valkey/valkey.ts';
import { type Address, askForPart, type RunningPart, runSocketVariable } from './run-socket.ts';

interface Part {
  /** The address of one that the user runs, read from the environment; null when none is named. */
  readonly given: (environment: NodeJS.ProcessEnv) => Address | null;
  readonly start: (options: CacheOptions) => Promise<RunningPart>;
}

/** The parts that the test files of a run share. */
const parts = {
  postgres: {
    given: ({ POSTGRES_URI }) => (POSTGRES_URI ? { uri: POSTGRES_URI } : null),
    start: async () => running(await startPostgres(), ({ uri }) => ({ uri })),
  },
  valkey: {
    given: ({ REDIS_URL }) => (REDIS_URL ? { uri: REDIS_URL } : null),
    start: async (options) => running(await startValkey(options), ({ uri }) => ({ uri })),
  },
  neo4j: {
    given: givenNeo4j,
    start: async (options) => running(await startNeo4j(options), ({ uri, user, password }) => ({ uri, user, password })),
  },
  kafka: {
    given: ({ KAFKA_BROKERS }) => (KAFKA_BROKERS ? { brokers: KAFKA_BROKERS } : null),
    start: async (options) => running(await startKafka(options), ({ brokers }) => ({ brokers })),
  },
} as const satisfies Readonly<Record<string, Part>>;

export type PartName = keyof typeof parts;

/** Parts that this process started for itself, because no run serves them. */
const own = new Map<PartName, Promise<RunningPart>>();

/** Where a part is: the one that the user names, else the one of this vitest run, else one for this process alone. */
export async function partAddress(name: PartName): Promise<Address> {
  const given = parts[name].given(process.env);
  if (given !== null) return given;
  const socket = process.env[runSocketVariable];
  if (socket !== undefined && socket !== '') return askForPart(socket, name);
  const started = own.get(name) ?? startPart(name);
  own.set(name, started);
  return (await started).address;
}

/** Starts one part; `name` comes over the socket. */
export function startPart(name: string, options: CacheOptions = {}): Promise<RunningPart> {
  if (!Object.hasOwn(parts, name)) return Promise.reject(new ServicesError('START_FAILED', `there is no part ${name}`));
  return parts[name as PartName].start(options);
}

function running<P extends { stop(): Promise<void> }>(part: P, address: (part: P) => Address): RunningPart {
  return { address: address(part), stop: () => part.stop() };
}

function givenNeo4j({ NEO4J_URI, NEO4J_USER, NEO4J_PASSWORD }: NodeJS.ProcessEnv): Address | null {
  if (!NEO4J_URI) return null;
  if (!NEO4J_PASSWORD) throw new ServicesError('PART_UNAVAILABLE', 'NEO4J_URI is set and NEO4J_PASSWORD is not: set both, or neither.');
  return { uri: NEO4J_URI, user: NEO4J_USER || 'neo4j', password: NEO4J_PASSWORD };
}
