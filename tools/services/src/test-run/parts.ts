import type { CacheOptions } from '../cache/cache.ts';
import { serviceOf } from '../catalogue/catalogue.ts';
import { givenByUser } from '../catalogue/provide.ts';
import type { ServiceEnvironment, StartedService } from '../catalogue/service.ts';
import { askForPart, runSocketVariable } from './run-socket.ts';

/** Parts that this process started for itself, because no run serves them. */
const own = new Map<string, Promise<StartedService>>();

/** What a service of the catalogue is found by: the one that the user names, else the one of this vitest run, else one for this process alone. */
export async function partEnvironment(name: string): Promise<ServiceEnvironment> {
  const given = givenByUser(serviceOf(name));
  if (given !== null) return given;
  const socket = process.env[runSocketVariable];
  if (socket !== undefined && socket !== '') return askForPart(socket, name);
  const started = own.get(name) ?? startPart(name);
  own.set(name, started);
  return (await started).environment;
}

/** Starts a service of the catalogue by its name. Throws `UNKNOWN_SERVICE` and what the service throws. */
export async function startPart(name: string, options: CacheOptions = {}): Promise<StartedService> {
  return serviceOf(name).start(options);
}
