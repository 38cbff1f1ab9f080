// A foreign statement as build evidence: what it says of its one item, in the terms that a gate reads. Nothing of it is changed; this stands beside it.
import { BuildEvidence, type Statement } from '@promotable/contracts';
import { finishStatement } from '../build/finish-statement.ts';
import { toInstants } from '../build/observed.ts';
import { EvidenceError } from '../evidence-error.ts';
import { FaultList, faulty } from '../fault-list.ts';
import { foreignReaders } from './foreign-predicates.ts';
import { requireKnown } from './foreign-types.ts';
import type { ItemReading, SignedPredicate } from './item-reading.ts';

/** A verified statement, and the release it was brought for. */
export interface ForeignAttestation extends Pick<Statement, 'subject' | 'predicateType' | 'predicate'> {
  readonly payloadDigest: string;
  readonly service: string;
  readonly releaseId: string;
  /** When it was made at the latest, milliseconds since the Unix epoch: counts where the predicate states no time. */
  readonly madeBy: number;
}

const predicatePath = '/attestation/statement/predicate';

/**
 * Projects a foreign statement onto one item of build evidence, texts redacted as in evidence of our own; what the predicate does not state
 * is absent.
 * @throws {EvidenceError} `PREDICATE_UNKNOWN` with the types that are known, `EVIDENCE_INVALID` with every fault
 */
export function projectAttestation({ service, releaseId, madeBy, subject, predicateType, ...signed }: ForeignAttestation): BuildEvidence {
  const read = foreignReaders[requireKnown(predicateType)];
  const { item, value, samples, observed, runId } = reading(read, signed);
  const faults = new FaultList();
  const finished = finishStatement(
    subject.map(({ digest }) => ({ digest: { sha256: digest.sha256 } })),
    {
      service,
      releaseId,
      checkpoint: 'build',
      run: runOf(runId, signed.payloadDigest),
      observed: toInstants(observed ?? { from: madeBy, until: madeBy }),
      samples: samples === null ? {} : { [item]: samples },
      values: { [item]: value },
    },
    faults,
  );
  if (finished === null) throw invalid(faults.toArray().map((fault) => ({ ...fault, path: fault.path.replace(/^\/predicate/, '') })));
  return BuildEvidence.parse(finished.predicate);
}

function reading(read: (signed: SignedPredicate) => ItemReading, signed: SignedPredicate): ItemReading {
  try {
    return read(signed);
  } catch (error) {
    if (error instanceof EvidenceError) throw invalid(error.faults);
    throw error;
  }
}

/** Each foreign run is one that others can be told from; GitHub counts attempts at the end of its name. */
function runOf(runId: string | null, payloadDigest: string): BuildEvidence['run'] {
  const id = runId === null || runId.length > 256 ? payloadDigest : runId;
  const attempt = Number(/\/attempts\/([1-9]\d{0,3})$/.exec(id)?.[1] ?? 1);
  return { provider: 'attestation', id, attempt };
}

function invalid(faults: EvidenceError['faults']): EvidenceError {
  return faulty(
    'EVIDENCE_INVALID',
    'attestation',
    faults.map((fault) => ({ ...fault, path: predicatePath + fault.path.replace(/^\/predicate(?=\/|$)/, '') })),
  );
}
