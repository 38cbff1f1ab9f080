import type { Explanation } from '@promotable/gate';
import { printable } from './printable.ts';
import { renderVerdict } from './verdict.ts';

/** Why, what changed, what was good last, what to do next, and whether the decision could be made again. */
export function renderExplanation({
  verdict,
  reasons,
  warnings,
  sinceLastPass,
  lastGoodDigests,
  nextCommand,
  decision,
  replayed,
  differences,
}: Explanation): string {
  const { subject, evaluatedAt, revision, policyDigest, mode } = decision;
  const lines = [
    `${subject.service} ${subject.releaseId} in ${subject.environment}${subject.stage === null ? '' : ` at ${subject.stage}`} (${subject.kind}${mode === 'shadow' ? ', in shadow' : ''}), ${evaluatedAt}, revision ${revision}`,
    renderVerdict(verdict, reasons, warnings).trimEnd(),
  ];
  if (sinceLastPass === null) lines.push('No pass is on record for this stage.');
  else {
    lines.push(`Since the last pass (${sinceLastPass.evaluatedAt}):`);
    for (const { what, before, after } of sinceLastPass.changes) lines.push(`  ${what}: ${before ?? 'none'} → ${after ?? 'none'}`);
    if (sinceLastPass.changes.length === 0) lines.push('  nothing changed');
  }
  if (lastGoodDigests.length > 0) lines.push(`Last good: ${lastGoodDigests.join(' ')}`);
  lines.push(`Next: ${nextCommand}`);
  lines.push(
    replayed === 'equal'
      ? `Made again from its own policy (${policyDigest.slice(0, 12)}…) and facts: equal.`
      : `Made again from its own policy: DIFFERENT in ${differences.join(', ')}. Do not rely on it.`,
  );
  return printable(`${lines.join('\n')}\n`);
}
