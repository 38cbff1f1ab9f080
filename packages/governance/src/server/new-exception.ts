// From a request to the record that it asks for. Pure; signs and stores nothing.
import { digestOf } from '@promotable/attest';
import type { Bundle, Override, Principal, SignedWords } from '@promotable/contracts';
import type { ExceptionKind, ExceptionRecord } from '../exception-record.ts';
import { invalidRequest, type OverrideRequest, type WaiverRequest } from '../exception-request.ts';
import { forbidden, GovernanceError } from '../governance-error.ts';
import { erasedText } from '../words.ts';
import type { ExceptionLimits } from './governance-options.ts';

export interface RequestContext {
  readonly principal: Principal;
  readonly id: string;
  readonly now: number;
  readonly limits: ExceptionLimits;
}

const nobody = { suite: null, rule: null, path: null, owner: null, mitigation: null, author: null, offline: false };
const untouched = { revision: 1, revokedAt: null, countersignedAt: null, bundle: null, seals: {} };
/** Clocks of signers may be ahead by this much, milliseconds. */
const maxAheadMs = 60_000;

/** @throws {GovernanceError} `TOO_LONG` (422), `REQUEST_INVALID` (400) where it would have ended already */
export function requestedWaiver(request: WaiverRequest, { principal, id, now, limits }: RequestContext): ExceptionRecord {
  const { justification, suite = null, rule = null, path = null, owner, mitigation } = request;
  return {
    ...placeOf(request, principal),
    ...untouched,
    ...nobody,
    ...{ id, kind: 'waiver', suite, rule, path, owner, mitigation, reason: justification },
    ...{ requestedBy: principal.id, requestedAt: now, issuedAt: null },
    expiresAt: endWithin(request.expiresAt, now, limits.waiverMaxMs),
    acts: [{ type: 'waiver.requested', actor: principal.id, at: now, role: null, note: null }],
  };
}

/** @throws {GovernanceError} `TOO_LONG` (422), `REQUEST_INVALID` (400), `FOUR_EYES` (403) for break-glass by the author of the change */
export function createdOverride(
  request: OverrideRequest,
  kind: Exclude<ExceptionKind, 'waiver'>,
  { principal, id, now, limits }: RequestContext,
): ExceptionRecord {
  const author = request.author ?? null;
  if (kind === 'break_glass' && author === null)
    throw invalidRequest([
      { path: '/author', code: 'missing', message: 'must name who wrote the change: break-glass is for somebody else' },
    ]);
  if (kind === 'break_glass' && author === principal.id) throw fourEyes('the author of a change cannot break the glass for it');
  return {
    ...placeOf(request, principal),
    ...untouched,
    ...nobody,
    ...{ id, kind, author, reason: request.reason, offline: request.offline ?? false },
    ...{ requestedBy: principal.id, requestedAt: now, issuedAt: now },
    expiresAt: endWithin(request.expiresAt, now, longest(kind, limits)),
    acts: [
      { type: kind === 'override' ? 'override.created' : 'break-glass.created', actor: principal.id, at: now, role: null, note: null },
    ],
  };
}

/** A record of what was signed elsewhere; it may have ended already. @throws {GovernanceError} `FORBIDDEN` (403), `TOO_LONG`, `OVERRIDE_UNTRUSTED` (422) */
export function recordedOverride(
  override: Override,
  bundle: Bundle,
  { principal, now, limits }: Omit<RequestContext, 'id'>,
): ExceptionRecord {
  const { kind, tenant, service, issuedAt: issued, expiresAt: expires, actor, stages, digests, codes, id, environment, offline } = override;
  const { reason, ticket, author } = override;
  if (tenant !== principal.tenant || !mayName(principal, service)) throw forbidden();
  const [issuedAt, expiresAt] = [Date.parse(issued), Date.parse(expires)];
  if (issuedAt - now > maxAheadMs)
    throw new GovernanceError('OVERRIDE_UNTRUSTED', `it was issued ${Math.round((issuedAt - now) / 1000)} s from now`, { status: 422 });
  if (expiresAt - issuedAt > longest(kind, limits)) throw tooLong(expiresAt - issuedAt, longest(kind, limits));
  // Whoever wrote the change must not countersign, and a digest does not say who that is.
  if (kind === 'break_glass' && typeof author !== 'string')
    throw new GovernanceError('OVERRIDE_UNTRUSTED', 'break-glass must name the author of the change in its statement', { status: 422 });
  const type = kind === 'override' ? 'override.recorded' : 'break-glass.recorded';
  return {
    ...untouched,
    ...nobody,
    ...{ reason: textIn(reason), ticket: textIn(ticket), author: author === null ? null : textIn(author) },
    seals: sealsIn({ reason, ticket, author }),
    ...{ id, environment, offline, kind, tenant, service, stages, digests, codes, bundle, issuedAt, expiresAt },
    ...{ requestedBy: actor, requestedAt: issuedAt, idempotencyKey: null, requestDigest: digestOf(override) },
    acts: [{ type, actor: principal.id, at: now, role: null, note: null }],
  };
}

function textIn(words: SignedWords): string {
  return typeof words === 'string' ? words : erasedText;
}

/** What was sealed elsewhere is known by its digest alone. */
function sealsIn(signed: Readonly<Record<string, SignedWords | null>>): ExceptionRecord['seals'] {
  const sealed = Object.entries(signed).flatMap(([slot, words]) =>
    words === null || typeof words === 'string' ? [] : [[slot, { sha256: words.sha256, salt: null }] as const],
  );
  return Object.fromEntries(sealed);
}

export function mayName({ services }: Principal, service: string): boolean {
  return services.includes('*') || services.includes(service);
}

export function fourEyes(message: string): GovernanceError {
  return new GovernanceError('FOUR_EYES', message, { status: 403 });
}

function placeOf(request: WaiverRequest | OverrideRequest, principal: Principal) {
  const { tenant, service, environment, stages, digests, codes, ticket, idempotencyKey = null } = request;
  if ((tenant ?? principal.tenant) !== principal.tenant || !mayName(principal, service)) throw forbidden();
  const requestDigest = digestOf({ requestedBy: principal.id, request: { ...request, tenant: principal.tenant } });
  return { tenant: principal.tenant, service, environment, stages, digests, codes, ticket, idempotencyKey, requestDigest };
}

function endWithin(text: string, now: number, longestMs: number): number {
  const expiresAt = Date.parse(text);
  if (expiresAt <= now) throw invalidRequest([{ path: '/expiresAt', code: 'past', message: 'must lie ahead' }]);
  if (expiresAt - now > longestMs) throw tooLong(expiresAt - now, longestMs);
  return expiresAt;
}

function longest(kind: ExceptionKind, { overrideMaxMs, breakGlassMaxMs }: ExceptionLimits): number {
  return kind === 'break_glass' ? breakGlassMaxMs : overrideMaxMs;
}

function tooLong(wantedMs: number, longestMs: number): GovernanceError {
  const inHours = (ms: number) => `${Number((ms / 3_600_000).toFixed(2))} h`;
  const message = `it would live ${inHours(wantedMs)}; the policy allows ${inHours(longestMs)}`;
  return new GovernanceError('TOO_LONG', message, { faults: [{ path: '/expiresAt', code: 'too_long', message }], status: 422 });
}
