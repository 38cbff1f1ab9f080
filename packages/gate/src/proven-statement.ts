// The list of proven digests as a signed Statement.
import { digestOf } from '@promotable/attest';
import { predicateTypes, type ProvenList, type Statement, statementType } from '@promotable/contracts';

type ProvenPlace = Pick<ProvenList, 'tenant' | 'service' | 'environment'>;

/** Statement whose one subject is sha256 of RFC 8785 of `{tenant, service, environment}`. */
export function provenStatement(list: ProvenList): Statement {
  return { _type: statementType, subject: subjectsOf(list), predicateType: predicateTypes.proven, predicate: { ...list } };
}

/** Whether a Statement is about exactly the place of its list. */
export function isAboutPlace(subjects: Statement['subject'], list: ProvenPlace): boolean {
  const [expected] = subjectsOf(list);
  return subjects.length === 1 && subjects[0]?.digest.sha256 === expected?.digest.sha256;
}

function subjectsOf({ tenant, service, environment }: ProvenPlace): Statement['subject'] {
  return [{ name: `proven/${service}/${environment}`, digest: { sha256: digestOf({ tenant, service, environment }) } }];
}
