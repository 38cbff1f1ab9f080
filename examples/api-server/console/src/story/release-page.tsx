import type { ReleaseStoryQuery } from '@promotable/contracts/graphql';
import { useEffect, useState } from 'preact/hooks';
import { Problem } from '../marks/problem.tsx';
import { usePlace } from '../place.ts';
import { PlaceLink } from '../place-link.tsx';
import { type News, useNews } from '../reading/live.tsx';
import { useQuery } from '../reading/use-query.ts';
import { Story } from './story.tsx';

/** One release: reads its story, and reads it again whenever there is news about it. */
export function ReleasePage({ onEnded }: { onEnded: () => void }) {
  const { params } = usePlace();
  const service = params.get('service') ?? '';
  const releaseId = params.get('release') ?? '';
  const { data, loading, problem, reload } = useQuery<ReleaseStoryQuery>(__RELEASE_STORY__, { service, releaseId }, onEnded);
  const [told, setTold] = useState('');
  const story = data?.releaseStory ?? null;
  useNews((news) => {
    if (news !== null && !isAbout(news, service, releaseId, story)) return;
    if (news !== null && news.what !== 'sealed') setTold(news.what === 'decision' ? 'A new decision came in.' : 'New evidence came in.');
    reload();
  });
  useEffect(() => {
    document.title = `${releaseId} ${service} – Promotable`;
  }, [service, releaseId]);
  return (
    <>
      <nav aria-label="Back">
        <PlaceLink to="/">All releases</PlaceLink>
      </nav>
      <div class="heading">
        <h1 id="page" tabIndex={-1}>
          {releaseId} <span class="service">{service}</span>
        </h1>
        <p class="visually-hidden" role="status">
          {told}
        </p>
      </div>
      {problem !== null && <Problem text={problem} retry={reload} />}
      {story !== null && <Story story={story} />}
      {story === null && loading && <p class="quiet">Reading its story …</p>}
      {data !== null && story === null && !loading && (
        <p class="empty">Nothing is on record about this release, or it belongs to somebody else.</p>
      )}
    </>
  );
}

/** Sealing names no release; it matters while something here waits for its place. */
function isAbout(news: News, service: string, releaseId: string, story: ReleaseStoryQuery['releaseStory'] | null): boolean {
  if (news.what === 'sealed')
    return story !== null && [...story.evidence, ...story.decisions].some(({ ledgerPosition }) => ledgerPosition === null);
  return news.service === service && news.releaseId === releaseId;
}
