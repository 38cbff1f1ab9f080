// Takes evidence in: checks it, judges its signer, stores it once together with its ledger entry. Decides nothing about the release.
import { randomUUID } from 'node:crypto';
import { digestOf } from '@promotable/attest';
import type { Ledger } from '@promotable/ledger';
import { type Clock, type Fault, isCodedError, type Principal, Sha256Hex, type Transactor } from '@promotable/contracts';
import { spansOf } from '@promotable/telemetry/tracing';
import { type Attempt, readAttempt } from '../attempt.ts';
import { EvidenceError } from '../evidence-error.ts';
import { faulty } from '../fault-list.ts';
import type { Submission } from './attested-submission.ts';
import { requireSame } from './bundle-mismatch.ts';
import type { EvidenceBundle, SpoolNotice } from '@promotable/contracts/graphql';
import { evidenceBundleOf, receiptOf } from './evidence-bundle.ts';
import type { ReceiveListener } from './evidence-events.ts';
import { claimsOf, type EvidenceInput, parseEvidenceInput } from './evidence-input.ts';
import type { EvidenceRecord, NewEvidenceRecord, SignedContent } from './evidence-record.ts';
import type { EvidenceStore, Insertion } from './evidence-store.ts';
import { idempotencyConflict } from './idempotency-conflict.ts';
import { type InFlight, insertTogether } from './in-flight.ts';
import { evidenceStream, ledgerEntryOf } from './ledger-entry.ts';
import { readBundle, type Signature, type Trust, verifySubmission } from './signed-submission.ts';
import { noticeSpooled, requireMayPublish } from './spool-notice.ts';
import { onStore } from './store-unavailable.ts';

/** How far a time may lie ahead of the clock, milliseconds. */
const maxAheadMs = 60_000;

/** Where evidence goes, and whom to believe. */
export interface EvidenceReceiverOptions {
  readonly store: EvidenceStore;
  /** Of the same kind of store: record and ledger entry are one transaction. */
  readonly transactor: Transactor;
  readonly ledger: Pick<Ledger, 'append' | 'receipt'>;
  /** Asked anew for each bundle, so that a new key set counts at once. */
  readonly trust: () => Trust;
  readonly clock: Clock;
  /** Ids of unsigned claims. @default crypto.randomUUID */
  readonly newId?: () => string;
  /** Told once per call. @default none */
  readonly onReceived?: ReceiveListener;
}

/** Takes evidence in. */
export interface EvidenceReceiver {
  /**
   * Stores evidence once and answers with its receipt.
   * @throws {EvidenceError} `EVIDENCE_INVALID` and `BUNDLE_INVALID` (400), `FORBIDDEN` and `SIGNATURE_UNTRUSTED` (403, the latter retryable),
   * `DUPLICATE` (409, with the first receipt), `BUNDLE_MISMATCH`, `PREDICATE_UNKNOWN`, `OBSERVED_IN_FUTURE`, `IDEMPOTENCY_CONFLICT` and `RELEASE_DIGEST_CONFLICT` (422),
   * `STORE_UNAVAILABLE` (503, retryable)
   */
  receive(principal: Principal, input: unknown, context?: ReceiveContext): Promise<EvidenceBundle>;
  /** Notes that a publisher holds a statement back. @throws {EvidenceError} `EVIDENCE_INVALID`, `FORBIDDEN`, `STORE_UNAVAILABLE` */
  noticeSpooled(principal: Principal, input: unknown): Promise<SpoolNotice>;
}

/** Where a call comes from. */
export interface ReceiveContext {
  /** W3C `traceparent`, kept with the record, so that a decision can link to it. @default none */
  readonly traceparent?: string;
  /** What the publisher says of this attempt. @default the first, just begun */
  readonly attempt?: Attempt;
}

const spans = spansOf('@promotable/sdk-evidence');

/** A receiver over the given store; it starts nothing by itself. */
export function createEvidenceReceiver(options: EvidenceReceiverOptions): EvidenceReceiver {
  const { clock, onReceived = () => undefined } = options;
  const inFlight: InFlight = new Map();
  return {
    noticeSpooled: (principal, input) => noticeSpooled(options, principal, input),
    async receive(principal, input, { traceparent, attempt: { attempt, elapsedSeconds } = readAttempt(undefined) } = {}) {
      const startedAt = clock.monotonic();
      let signed: boolean | null = null;
      const about = { environment: 'unknown' };
      const tell = (outcome: Parameters<ReceiveListener>[0]['outcome'], code: EvidenceError['code'] | null): void => {
        const seconds = (clock.monotonic() - startedAt) / 1000;
        onReceived({ outcome, code, signed, seconds, ...about, attempt, sinceAskedSeconds: elapsedSeconds + seconds });
      };
      try {
        const parsed = parseEvidenceInput(input);
        signed = (parsed.bundle ?? parsed.attestation ?? null) !== null;
        const bundle = await accept({ ...options, inFlight }, { principal, traceparent: traceparent ?? null, about }, parsed, signed);
        tell('accepted', null);
        return bundle;
      } catch (error) {
        const code = error instanceof EvidenceError ? error.code : null;
        const isOurs = !isCodedError(error) || error.status >= 500;
        tell(code === 'DUPLICATE' ? 'duplicate' : isOurs ? 'failed' : 'refused', code);
        throw error;
      }
    },
  };
}

interface Caller {
  readonly principal: Principal;
  readonly traceparent: string | null;
  /** Filled as it becomes known, for whoever listens. */
  readonly about: { environment: string };
}

async function accept(
  options: EvidenceReceiverOptions & { readonly inFlight: InFlight },
  caller: Caller,
  input: EvidenceInput,
  signed: boolean,
): Promise<EvidenceBundle> {
  requireMayPublish(caller.principal, input);
  const record = signed ? await signedRecord(options, caller, input) : unsignedRecord(options, caller, input);
  caller.about.environment = environmentOf(record) ?? 'none';
  requireOwnKey(record);
  const { isNew, record: stored } = await spans.part('evidence.store', () => store(options, caller.principal, record));
  if (!isNew) throw await duplicate(options, stored);
  return evidenceBundleOf(stored);
}

function environmentOf(record: NewEvidenceRecord): string | null {
  if (!record.signed) return record.claims.environment;
  return 'environment' in record.predicate ? record.predicate.environment : null;
}

/** By default a digest is the key, so nobody may take the digest of a statement that is yet to come. */
function requireOwnKey({ idempotencyKey, statementDigest }: NewEvidenceRecord): void {
  if (Sha256Hex.safeParse(idempotencyKey).success && idempotencyKey !== statementDigest) throw idempotencyConflict(idempotencyKey);
}

async function signedRecord(
  options: EvidenceReceiverOptions,
  { principal: { tenant }, traceparent }: Caller,
  input: EvidenceInput,
): Promise<NewEvidenceRecord> {
  const receivedAt = options.clock.now();
  const { service, releaseId } = input;
  const { statementDigest, verify } =
    typeof input.attestation === 'string'
      ? await attestedBy({ ...input, text: input.attestation, tenant, receivedAt })
      : bundledBy(input.bundle, tenant, receivedAt);
  const signature = await spans.part('evidence.verify', async () => verify(options.trust()));
  if (!signature.trusted) {
    const first = await options.store.rememberUntrusted({ tenant, service, releaseId }, statementDigest);
    // Whoever got hold of a statement about something else learns nothing from sending it.
    if (first !== null && first.service === service && first.releaseId === releaseId) throw await duplicate(options, first);
    throw new EvidenceError('SIGNATURE_UNTRUSTED', 'the signer is not trusted for this evidence now; it may be sent again once it is', {
      retryable: true,
      ...(signature.faults === undefined ? {} : { faults: signature.faults }),
    });
  }
  requireSame(input, signature.content.predicate);
  requirePast(signature.content, receivedAt);
  return {
    tenant,
    service,
    releaseId,
    id: statementDigest,
    statementDigest,
    idempotencyKey: input.idempotencyKey ?? statementDigest,
    receivedAt,
    traceparent,
    ...signature.content,
  };
}

/** Its form is sound; whether it holds is asked of whoever is trusted. */
interface Unverified {
  readonly statementDigest: string;
  readonly verify: (trust: Trust) => Signature | Promise<Signature>;
}

function bundledBy(bundle: unknown, tenant: string, receivedAt: number): Unverified {
  const unverified = readBundle(bundle);
  return { statementDigest: unverified.statementDigest, verify: (trust) => verifySubmission(unverified, tenant, receivedAt, trust) };
}

/** Brings the readers of other tools' predicates along, which an installation without attestations never loads. */
async function attestedBy(submission: Submission): Promise<Unverified> {
  const { readSubmission, verifyAttested } = await import('./attested-submission.ts');
  const unverified = readSubmission(submission);
  return { statementDigest: unverified.statementDigest, verify: (trust) => verifyAttested(submission, unverified, trust) };
}

function unsignedRecord(
  { clock, newId = randomUUID }: EvidenceReceiverOptions,
  { principal: { tenant }, traceparent }: Caller,
  input: EvidenceInput,
): NewEvidenceRecord {
  const { service, releaseId } = input;
  const claims = claimsOf(input);
  const statementDigest = claimsDigest({ service, releaseId, claims });
  return {
    tenant,
    service,
    releaseId,
    id: newId(),
    statementDigest,
    idempotencyKey: input.idempotencyKey ?? statementDigest,
    receivedAt: clock.now(),
    traceparent,
    signed: false,
    claims,
  };
}

/** So that a retry of the same claims leaves one record, as a retry of the same bytes does. */
function claimsDigest(value: object): string {
  try {
    return digestOf(value);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    throw faulty(
      'EVIDENCE_INVALID',
      'evidence',
      error.faults.map((fault: Fault) => ({ ...fault, path: fault.path.replace('/claims', '') })),
    );
  }
}

function requirePast({ predicate }: SignedContent, receivedAt: number): void {
  const aheadMs = Date.parse(predicate.observed.until) - receivedAt;
  if (aheadMs <= maxAheadMs) return;
  const text = `observed.until lies ${(aheadMs / 1000).toFixed(3)} s ahead of the server's clock (${new Date(receivedAt).toISOString()}); at most ${maxAheadMs / 1000} s are allowed`;
  throw new EvidenceError('OBSERVED_IN_FUTURE', text, {
    faults: [{ path: '/bundle/statement/predicate/observed/until', code: 'in_future', message: text }],
  });
}

function store(
  { store, transactor, ledger, inFlight }: EvidenceReceiverOptions & { readonly inFlight: InFlight },
  principal: Principal,
  record: NewEvidenceRecord,
): Promise<Insertion> {
  const mayRebuild = principal.scopes.includes('release:rebuild');
  const insert = () =>
    transactor.transaction((tx) =>
      store.insert(record, {
        tx,
        mayRebuild,
        async appendEntry(accepted, { rebuilt, ingestSequence }) {
          const taken = ingestSequence === undefined ? {} : { ingestSequences: [ingestSequence] };
          const [receipt] = await ledger.append([ledgerEntryOf(accepted, principal.id, rebuilt)], { tx, ...taken });
          if (receipt === undefined) throw new TypeError('the ledger answers one receipt per entry');
          return receipt.ingestSequence;
        },
      }),
    );
  return onStore(() => insertTogether(inFlight, record, mayRebuild, insert));
}

async function duplicate({ ledger }: EvidenceReceiverOptions, first: EvidenceRecord): Promise<EvidenceError> {
  const receipt = await onStore(() => ledger.receipt(evidenceStream(first.tenant), first.ingestSequence));
  const position = receipt === null || receipt.state === 'unsealed' ? null : receipt.state.position;
  return new EvidenceError('DUPLICATE', 'this statement is on record already', { receipt: receiptOf(first, position) });
}
