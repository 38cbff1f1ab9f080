import { Sha256Hex, type StatementSubject } from '@promotable/contracts';
import { type FaultList, quoted } from '../fault-list.ts';

/** What the evidence is bound to: a name for people and the sha256 of the bytes that run, 64 lowercase hex characters. */
export interface Artifact {
  readonly name: string;
  readonly sha256: string;
}

/** The subjects of a statement, sorted by digest so that the order given makes no difference. */
export function subjectsOf(artifacts: readonly Artifact[], faults: FaultList): StatementSubject[] {
  if (!Array.isArray(artifacts) || artifacts.length === 0)
    faults.add('/artifacts', 'required', 'at least one artifact must be named by its digest');
  const seen = new Set<string>();
  for (const [index, { name, sha256 }] of artifacts.entries()) {
    const path = `/artifacts/${index}`;
    if (typeof name !== 'string' || name.length < 1 || name.length > 512)
      faults.add(`${path}/name`, 'invalid_length', 'must have 1 to 512 characters');
    if (!Sha256Hex.safeParse(sha256).success)
      faults.add(`${path}/sha256`, 'invalid_format', `must be 64 lowercase hex characters without a prefix, not ${quoted(sha256)}`);
    else if (seen.has(sha256)) faults.add(`${path}/sha256`, 'duplicate', 'is listed twice');
    seen.add(sha256);
  }
  return artifacts.map(({ name, sha256 }) => ({ name, digest: { sha256 } })).sort((a, b) => (a.digest.sha256 < b.digest.sha256 ? -1 : 1));
}
