import type { CacheOptions } from '../cache/cache.ts';
import type { StartOptions } from '../process/start-process.ts';
import type { Service, ServiceEnvironment, StartedService } from './service.ts';

/** What the user's own part is found by; null when the first of its variables is not set. */
export function givenByUser({ variables }: Service, environment: NodeJS.ProcessEnv = process.env): ServiceEnvironment | null {
  if (!environment[variables[0]]) return null;
  return Object.fromEntries(variables.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

/** The user's own part, else a fresh one of ours. */
export async function provide(service: Service, options: CacheOptions & StartOptions = {}): Promise<StartedService> {
  const given = givenByUser(service);
  return given === null ? service.start(options) : { environment: given, stop: async () => undefined };
}
