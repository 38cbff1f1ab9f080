// An exception as a signed Statement: who granted what can be checked without us.
import { digestOf } from '@promotable/attest';
import { Override, predicateTypes, type Statement, statementType, Waiver } from '@promotable/contracts';
import { approvalsOf, type ExceptionRecord } from './exception-record.ts';
import { signedWords } from './words.ts';

/** What binds an exception to its tenant and place. */
export type ExceptionPlace = Pick<ExceptionRecord, 'tenant' | 'service' | 'environment' | 'kind' | 'id'>;

/** For people; matched by digest alone. */
export function exceptionName({ kind, service, environment, id }: Omit<ExceptionPlace, 'tenant'>): string {
  return [kind, service, environment, id].join('/');
}

/**
 * Statement whose first subject is sha256 of RFC 8785 `{tenant, service, environment, kind, id}`; the artifacts follow.
 * @throws {z.ZodError} where the record is not in force, or is none that its schema allows
 */
export function exceptionStatement(record: ExceptionRecord): Statement {
  if (record.kind !== 'waiver') return overrideStatement(overrideOf(record));
  const subject = subjectsOf(record, record.digests);
  return { _type: statementType, subject, predicateType: predicateTypes.waiver, predicate: waiverOf(record) };
}

/** An override as a Statement, as whoever holds a key of the use `override` signs it where MC cannot. */
export function overrideStatement(override: Override): Statement {
  const subject = subjectsOf(override, override.digests);
  return { _type: statementType, subject, predicateType: predicateTypes.override, predicate: { ...override } };
}

/** Whether a Statement is about exactly this exception and these digests; names do not count. */
export function isAbout(statement: Statement, place: ExceptionPlace, digests: readonly string[]): boolean {
  const expected = subjectsOf(place, digests);
  return (
    statement.subject.length === expected.length &&
    expected.every(({ digest }, index) => statement.subject[index]?.digest.sha256 === digest.sha256)
  );
}

function subjectsOf(place: ExceptionPlace, digests: readonly string[]): Statement['subject'] {
  const { tenant, service, environment, kind, id } = place;
  return [
    { name: exceptionName(place), digest: { sha256: digestOf({ tenant, service, environment, kind, id }) } },
    ...digests.map((digest) => ({ digest: { sha256: digest.slice('sha256:'.length) } })),
  ];
}

function waiverOf(record: ExceptionRecord): Waiver {
  const { id, digests, codes, suite, rule, path, environment, stages, reason, ticket, issuedAt, expiresAt } = record;
  return Waiver.parse({
    id,
    subject: {
      digests,
      codes,
      ...(suite === null ? {} : { suite }),
      ...(rule === null ? {} : { rule }),
      ...(path === null ? {} : { path }),
    },
    environment,
    stages,
    owner: wordsOf(record, 'owner'),
    justification: signedWords(record, 'reason', reason),
    mitigation: wordsOf(record, 'mitigation'),
    ticket: signedWords(record, 'ticket', ticket),
    approvals: approvalsOf(record).map(({ role, actor, at }) => ({ role, actor, approvedAt: iso(at) })),
    issuedAt: iso(issuedAt),
    expiresAt: iso(expiresAt),
  });
}

function overrideOf(record: ExceptionRecord): Override {
  const { id, kind, tenant, service, environment, stages, digests, codes, requestedBy, reason, ticket, offline } = record;
  return Override.parse({
    ...{ id, kind, tenant, service, environment, stages, digests, codes, offline },
    author: wordsOf(record, 'author'),
    reason: signedWords(record, 'reason', reason),
    ticket: signedWords(record, 'ticket', ticket),
    actor: requestedBy,
    issuedAt: iso(record.issuedAt),
    expiresAt: iso(record.expiresAt),
  });
}

function wordsOf(record: ExceptionRecord, slot: 'owner' | 'mitigation' | 'author') {
  const text = record[slot];
  return text === null ? null : signedWords(record, slot, text);
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
