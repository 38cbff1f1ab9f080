import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, type CacheOptions } from '../cache/cache.ts';
import { servicesOf } from './catalogue.ts';
import { givenByUser } from './provide.ts';
import type { Requirement } from './requirement.ts';
import type { Service, ServiceSet } from './service.ts';

/** One thing that a part needs and this machine lacks. */
export interface MissingPrerequisite {
  /** Name of the part, with its version. */
  readonly part: string;
  readonly needs: string;
  /** What to do: install something, or set a variable. */
  readonly install: string;
}

/** Everything that the machine lacks for the parts of a set, at once. Fetches nothing. */
export function missingPrerequisites(set: ServiceSet, options: CacheOptions = {}): Promise<readonly MissingPrerequisite[]> {
  return missingFor(servicesOf(set), options);
}

/** Like {@link missingPrerequisites}, for some parts. */
export async function missingFor(services: readonly Service[], options: CacheOptions = {}): Promise<readonly MissingPrerequisite[]> {
  const wanted = services.flatMap((service) => wantedBy(service, options).map((requirement) => ({ service, requirement })));
  // Each question starts programs: ask once, whoever needs the answer.
  const met = new Map<Requirement, Promise<boolean>>();
  for (const { requirement } of wanted) if (!met.has(requirement)) met.set(requirement, requirement.isMet(options));
  const judged = await Promise.all(wanted.map(async (each) => ({ ...each, isMet: await met.get(each.requirement) })));
  return judged
    .filter(({ isMet }) => !isMet)
    .map(({ service, requirement }) => ({
      part: service.title,
      needs: requirement.needs,
      install: `${requirement.install}, or set ${service.variables[0]}`,
    }));
}

function wantedBy(service: Service, options: CacheOptions): readonly Requirement[] {
  if (givenByUser(service) !== null) return [];
  const isKept = service.keptAs !== undefined && existsSync(join(cacheDirectory(options), service.keptAs));
  return service.requires.filter((requirement) => requirement.for === 'running' || !isKept);
}
