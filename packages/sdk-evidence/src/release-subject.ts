// What evidence is bound to where there is no artifact to name (functions, SaaS): the release itself.
import { digestOf } from '@promotable/attest';
import type { StatementSubject } from '@promotable/contracts';

export interface ReleaseIdentity {
  readonly tenant: string;
  readonly service: string;
  readonly releaseId: string;
}

/** Names a subject that stands for a release, as `release:checkout/1.4.2`; no artifact may be called so. */
export const releasePrefix = 'release:';

/** sha256 of RFC 8785 of `{tenant, service, releaseId}`, lowercase hex. */
export function releaseDigest({ tenant, service, releaseId }: ReleaseIdentity): string {
  return digestOf({ tenant, service, releaseId });
}

export function releaseSubject(release: ReleaseIdentity): StatementSubject {
  return { name: `${releasePrefix}${release.service}/${release.releaseId}`, digest: { sha256: releaseDigest(release) } };
}
