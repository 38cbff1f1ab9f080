// What a principal may do; every refusal is the same 403, its reason goes to the log.
import type { Principal, Scope } from '@promotable/contracts';
import { forbidden } from '../server-kit-error.ts';

/** @throws ServerKitError `FORBIDDEN` (403) unless the token grants `scope` */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!principal.scopes.includes(scope)) throw forbidden(`scope ${scope} missing`);
}

/** @throws ServerKitError `FORBIDDEN` (403) where a tenant is claimed (null and undefined claim none) that is not the token's */
export function requireTenant(principal: Principal, claimedTenant: unknown): void {
  if (claimedTenant === undefined || claimedTenant === null) return;
  if (claimedTenant !== principal.tenant) throw forbidden('another tenant named');
}

/** @throws ServerKitError `FORBIDDEN` (403) unless the token may name `service` */
export function requireService(principal: Principal, service: string): void {
  if (!principal.services.includes('*') && !principal.services.includes(service)) throw forbidden('service not granted');
}
