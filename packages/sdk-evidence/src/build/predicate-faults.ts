import { BuildEvidence, type Fault, faultsOf, StageEvidence } from '@promotable/contracts';

/** What is wrong with a predicate of its own kind. The union of both kinds would blame a broken one for being not the other. */
export function predicateFaults(predicate: Readonly<Record<string, unknown>>): Fault[] {
  const parsed = (predicate['checkpoint'] === 'build' ? BuildEvidence : StageEvidence).safeParse(predicate);
  return parsed.success ? [] : faultsOf(parsed.error);
}
