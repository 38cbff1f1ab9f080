// The GraphQL fields of evidence, as a module that a server mounts. `evidenceOk` is the gate's, not ours.
import type { Ledger } from '@promotable/ledger';
import { faultsOf, type Principal, ReleaseId, type Scope, ServiceName, TenantId } from '@promotable/contracts';
import { z } from 'zod';
import { attemptHeader, readAttempt } from '../attempt.ts';
import { EvidenceError } from '../evidence-error.ts';
import { faulty } from '../fault-list.ts';
import type { EvidenceBundle, SpoolNotice } from '@promotable/contracts/graphql';
import { evidenceBundleOf } from './evidence-bundle.ts';
import { evidenceTag } from './evidence-changes.ts';
import type { EvidenceRecord } from './evidence-record.ts';
import { type EvidenceStore, maxListed } from './evidence-store.ts';
import { evidenceStream } from './ledger-entry.ts';
import type { EvidenceReceiver } from './receive.ts';
import { onStore } from './store-unavailable.ts';

/** What the fields need of a server's resolver context. */
export interface EvidenceContext {
  readonly principal: Principal;
  /** W3C `traceparent` of the request, kept with the record. @default none */
  readonly traceparent?: string;
  /** A header of the request, by its lowercase name. @default none is known */
  header?(name: string): string | undefined;
  /** Notes which statement a request was about, for the log. */
  setProvenanceId(id: string): void;
}

/** What the module answers from. */
export interface EvidenceModuleOptions {
  readonly receiver: EvidenceReceiver;
  readonly store: Pick<EvidenceStore, 'records'>;
  readonly ledger: Pick<Ledger, 'receipts'>;
  /** Told the tag of a release whose evidence was added here; replicas learn it from the store's own notification. @default nobody is told */
  readonly onChanged?: (tag: string) => void;
}

/** A `ServerModule` of the server kit, by shape. */
export interface EvidenceModule {
  readonly name: 'evidence';
  readonly resolvers: {
    readonly Mutation: {
      publishEvidence(parent: unknown, args: { readonly input: unknown }, context: EvidenceContext): Promise<EvidenceBundle>;
      noticeSpooled(parent: unknown, args: unknown, context: EvidenceContext): Promise<SpoolNotice>;
    };
    readonly Query: { releaseEvidence(parent: unknown, args: unknown, context: EvidenceContext): Promise<EvidenceBundle[]> };
  };
  readonly scopes: Readonly<Record<string, Scope>>;
  /** A listing may be kept until evidence is added; see the server kit's `CacheableField`. */
  readonly cacheable: {
    readonly 'Query.releaseEvidence': {
      tags(args: { readonly service: string; readonly releaseId: string }, principal: Principal): string[];
      validUntil(listed: readonly EvidenceBundle[]): number;
    };
  };
}

const ListArguments = z.object({
  tenant: TenantId.nullish(),
  service: ServiceName,
  releaseId: ReleaseId,
  first: z.int().min(1).max(maxListed).nullish(),
});

/** Mounts `Mutation.publishEvidence`, `Mutation.noticeSpooled` and `Query.releaseEvidence`. */
export function evidenceModule({ receiver, store, ledger, onChanged = () => undefined }: EvidenceModuleOptions): EvidenceModule {
  return {
    name: 'evidence',
    scopes: {
      'Mutation.publishEvidence': 'evidence:publish',
      'Mutation.noticeSpooled': 'evidence:publish',
      'Query.releaseEvidence': 'evidence:read',
    },
    cacheable: {
      'Query.releaseEvidence': {
        tags: ({ service, releaseId }, { tenant }) => [evidenceTag({ tenant, service, releaseId })],
        // A record gets its place in the ledger a second later, which nobody announces; once it has it, nothing about it changes.
        validUntil: (listed) => (listed.every(({ receipt }) => receipt.ledgerPosition !== null) ? Number.POSITIVE_INFINITY : 0),
      },
    },
    resolvers: {
      Mutation: {
        async publishEvidence(_parent, { input }, context) {
          const { principal, traceparent, setProvenanceId } = context;
          const bundle = await receiver.receive(principal, input, {
            ...(traceparent === undefined ? {} : { traceparent }),
            attempt: readAttempt(context.header?.(attemptHeader)),
          });
          onChanged(evidenceTag({ tenant: principal.tenant, service: bundle.service, releaseId: bundle.releaseId }));
          setProvenanceId(bundle.receipt.statementDigest);
          return bundle;
        },
        noticeSpooled: (_parent, args, { principal }) => receiver.noticeSpooled(principal, args),
      },
      Query: {
        async releaseEvidence(_parent, args, { principal }) {
          const parsed = ListArguments.safeParse(args);
          if (!parsed.success) throw faulty('EVIDENCE_INVALID', 'releaseEvidence', faultsOf(parsed.error));
          const { tenant, service, releaseId, first } = parsed.data;
          const isOwn =
            (tenant ?? principal.tenant) === principal.tenant && (principal.services.includes('*') || principal.services.includes(service));
          if (!isOwn || !principal.scopes.includes('evidence:read')) throw new EvidenceError('FORBIDDEN', 'This token does not allow it.');
          const records = await store.records({ tenant: principal.tenant, service, releaseId }, first ?? 50);
          const positions = await positionsOf(ledger, principal.tenant, records);
          return records.map((record) => evidenceBundleOf(record, positions.get(record.ingestSequence)));
        },
      },
    },
  };
}

/** Places in the ledger by ingest sequence, in one reading; a record that is not sealed yet has none. */
async function positionsOf(
  ledger: Pick<Ledger, 'receipts'>,
  tenant: string,
  records: readonly EvidenceRecord[],
): Promise<Map<number, number>> {
  if (records.length === 0) return new Map();
  const sequences = records.map(({ ingestSequence }) => ingestSequence);
  const receipts = await onStore(() => ledger.receipts(evidenceStream(tenant), sequences));
  return new Map(
    receipts.flatMap(({ ingestSequence, state }) => (state === 'unsealed' ? [] : [[ingestSequence, state.position] as const])),
  );
}
