import type { ReleasesQuery } from '@promotable/contracts/graphql';
import { Moment } from '../marks/moment.tsx';
import { releaseHref } from '../place.ts';
import { PlaceLink } from '../place-link.tsx';
import { StageChips } from './stage-chips.tsx';

type Release = ReleasesQuery['releases']['releases'][number];

export function ReleaseRow({ release: { service, releaseId, lastActivityAt, stages } }: { release: Release }) {
  return (
    <li>
      <h2>
        <PlaceLink to={releaseHref(service, releaseId)}>{releaseId}</PlaceLink>
        <span class="service">{service}</span>
      </h2>
      <StageChips stages={stages} />
      <p class="when">
        <Moment at={lastActivityAt} />
      </p>
    </li>
  );
}
