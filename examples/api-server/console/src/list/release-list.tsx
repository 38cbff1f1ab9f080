import type { ReleasesQuery } from '@promotable/contracts/graphql';
import { useEffect } from 'preact/hooks';
import { Problem } from '../marks/problem.tsx';
import { usePlace } from '../place.ts';
import { PlaceLink } from '../place-link.tsx';
import { useNews } from '../reading/live.tsx';
import { useQuery } from '../reading/use-query.ts';
import { Filters } from './filters.tsx';
import { isFiltered, variablesOf } from './list-filter.ts';
import { ReleaseRow } from './release-row.tsx';

/** Releases, latest activity first. */
export function ReleaseList({ onEnded }: { onEnded: () => void }) {
  const { params } = usePlace();
  const { data, loading, problem, reload } = useQuery<ReleasesQuery>(__RELEASES__, variablesOf(params), onEnded);
  useNews((news) => {
    if (news === null || news.what !== 'sealed') reload();
  });
  useEffect(() => {
    document.title = 'Releases – Promotable';
  }, []);
  const releases = data?.releases.releases ?? [];
  const next = data?.releases.next ?? null;
  return (
    <>
      <div class="heading">
        <h1 id="page" tabIndex={-1}>
          Releases
        </h1>
        <p class="quiet" role="status">
          {loading && data === null ? 'Reading releases …' : said(releases.length, next !== null, params)}
        </p>
      </div>
      <Filters
        params={params}
        services={distinct(releases.map(({ service }) => service))}
        environments={distinct(releases.flatMap(({ stages }) => stages.map(({ environment }) => environment)))}
      />
      {problem !== null && <Problem text={problem} retry={reload} />}
      {data !== null && releases.length === 0 && <Nothing params={params} />}
      <ol class="releases">
        {releases.map((release) => (
          <ReleaseRow key={`${release.service}/${release.releaseId}`} release={release} />
        ))}
      </ol>
      <Pages params={params} next={next} />
    </>
  );
}

function said(count: number, more: boolean, params: URLSearchParams): string {
  const what = `${count} ${count === 1 ? 'release' : 'releases'}`;
  return `${what}${more || params.has('after') ? ' on this page' : ''}${isFiltered(params) ? ` that ${count === 1 ? 'matches' : 'match'}` : ''}, latest activity first`;
}

function Nothing({ params }: { params: URLSearchParams }) {
  if (isFiltered(params)) return <p class="empty">No release matches these filters.</p>;
  return (
    <p class="empty">
      Nothing is on record yet. A release appears here as soon as its first evidence is published, for instance by{' '}
      <code>mc evidence publish</code>.
    </p>
  );
}

function Pages({ params, next }: { params: URLSearchParams; next: string | null }) {
  if (next === null && !params.has('after')) return null;
  const first = new URLSearchParams(params);
  first.delete('after');
  const later = new URLSearchParams(params);
  later.set('after', next ?? '');
  return (
    <nav class="pages" aria-label="Pages">
      {params.has('after') && <PlaceLink to={first.size === 0 ? '/' : `/?${first}`}>First page</PlaceLink>}
      {next !== null && <PlaceLink to={`/?${later}`}>Next page</PlaceLink>}
    </nav>
  );
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
