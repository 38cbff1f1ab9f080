// A publisher that could not reach us in time says later, or through another network, that it holds a statement back.
import { type Clock, faultsOf, type Principal, ReleaseId, ServiceName, Sha256Hex, TenantId } from '@promotable/contracts';
import type { SpoolNotice } from '@promotable/contracts/graphql';
import { z } from 'zod';
import { EvidenceError } from '../evidence-error.ts';
import { faulty } from '../fault-list.ts';
import type { EvidenceStore } from './evidence-store.ts';

/** How long a notice counts, milliseconds: as long as a spool keeps what waits in it. */
export const noticeLifetimeMs = 7 * 86_400_000;

const Notice = z.object({ tenant: TenantId.nullish(), service: ServiceName, releaseId: ReleaseId, statementDigest: Sha256Hex });

/** @throws {EvidenceError} `EVIDENCE_INVALID` with every fault, `FORBIDDEN`, `STORE_UNAVAILABLE` */
export async function noticeSpooled(
  { store, clock }: { readonly store: Pick<EvidenceStore, 'rememberSpooled'>; readonly clock: Pick<Clock, 'now'> },
  principal: Principal,
  input: unknown,
): Promise<SpoolNotice> {
  const parsed = Notice.safeParse(input);
  if (!parsed.success) throw faulty('EVIDENCE_INVALID', 'noticeSpooled', faultsOf(parsed.error));
  const { tenant, service, releaseId, statementDigest } = parsed.data;
  requireMayPublish(principal, { tenant, service });
  const at = clock.now();
  const notice = { at, until: at + noticeLifetimeMs };
  const waits = await store.rememberSpooled({ tenant: principal.tenant, service, releaseId }, statementDigest, notice);
  return { statementDigest, expiresAt: waits ? new Date(notice.until).toISOString() : null };
}

/** @throws {EvidenceError} `FORBIDDEN` where another tenant or service is named, or the token may not publish */
export function requireMayPublish(
  principal: Principal,
  { tenant, service }: { readonly tenant?: string | null | undefined; readonly service: string },
): void {
  const isOwnTenant = (tenant ?? principal.tenant) === principal.tenant;
  const isOwnService = principal.services.includes('*') || principal.services.includes(service);
  if (!isOwnTenant || !isOwnService || !principal.scopes.includes('evidence:publish'))
    throw new EvidenceError('FORBIDDEN', 'This token does not allow it.');
}
