// The filter of the list, as the address bar keeps it.
import type { ReleasesQueryVariables } from '@promotable/contracts/graphql';

export const filterNames = ['service', 'environment', 'verdict', 'search'] as const;
export type FilterName = (typeof filterNames)[number];

export const pageSize = 50;

export function variablesOf(params: URLSearchParams): ReleasesQueryVariables {
  const given = [...filterNames, 'after'].flatMap((name) => {
    const value = params.get(name)?.trim() ?? '';
    return value === '' ? [] : [[name, value]];
  });
  return { ...(Object.fromEntries(given) as ReleasesQueryVariables), first: pageSize };
}

/** The address with one part of the filter changed; another filter begins at the first page. */
export function withFilter(params: URLSearchParams, name: FilterName, value: string): string {
  const next = new URLSearchParams(params);
  next.delete('after');
  if (value.trim() === '') next.delete(name);
  else next.set(name, value.trim());
  return next.size === 0 ? '/' : `/?${next}`;
}

export function isFiltered(params: URLSearchParams): boolean {
  return filterNames.some((name) => params.has(name));
}
