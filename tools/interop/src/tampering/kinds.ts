import { frameKinds } from './frame-kinds.ts';
import { payloadKinds } from './payload-kinds.ts';
import { signatureKinds } from './signature-kinds.ts';
import { statementKinds } from './statement-kinds.ts';
import { type ForeignTool, foreignTools, type Kind, type Verdict } from './tamper.ts';

/** Every kind of tampering that is tried, by the part it concerns. */
export const kindsByPart: Readonly<Record<string, readonly Kind[]>> = {
  'the signed bytes changed': payloadKinds,
  'the signature changed': signatureKinds,
  'what is around them changed': frameKinds,
  'nothing changed, and not to be believed': statementKinds,
};

export const kinds: readonly Kind[] = Object.values(kindsByPart).flat();

/** What a tool is known to say to a kind. */
export function verdictOf({ others }: Kind, tool: ForeignTool): Verdict {
  return others?.[tool] ?? 'refuses';
}

/** Refused by every tool that can see it at all, and seen by one at least. */
export function isRefusedByAll(kind: Kind): boolean {
  const verdicts = foreignTools.map((tool) => verdictOf(kind, tool));
  return verdicts.includes('refuses') && verdicts.every((verdict) => verdict === 'refuses' || verdict.accepts === 'unseen');
}
