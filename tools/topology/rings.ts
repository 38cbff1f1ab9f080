/** The ring of each member (ARCHITECTURE.md): it may import lower rings, never its own, but for the exceptions below. */
export const rings: Readonly<Record<string, number>> = {
  '@promotable/contracts': 1,
  '@promotable/attest': 2,
  '@promotable/ledger': 2,
  '@promotable/telemetry': 2,
  '@promotable/notify': 2,
  '@promotable/policies': 2,
  '@promotable/sdk-evidence': 3,
  '@promotable/gate': 3,
  '@promotable/governance': 3,
  '@promotable/server-kit': 3,
  '@promotable/mc': 4,
  '@promotable/api-server': 4,
  '@promotable/canary-story': 4,
  '@promotable/gate-job': 4,
  '@promotable/bench': 4,
  '@promotable/interop': 4,
};

/** Arrows inside one ring and out of a tool, each with its reason. */
export const exceptions: readonly (readonly [from: string, to: string, reason: string])[] = [
  ['@promotable/ledger', '@promotable/attest', 'checkpoints are signed statements'],
  ['@promotable/policies', '@promotable/attest', 'the policy digest is over canonical JSON'],
  ['@promotable/canary-story', '@promotable/mc', 'the story runs the command a user would run'],
  ['@promotable/gate-job', '@promotable/mc', 'its image runs the command that a user would run'],
  ['@promotable/dev', '@promotable/policies', 'the page of reason codes is made from its catalog'],
  ['@promotable/api-server', '@promotable/mc', 'its tests drive the command against a server that runs'],
];

/** Composition roots: they wire, nobody imports them. */
export const compositionRoots = [
  '@promotable/api-server',
  '@promotable/canary-story',
  '@promotable/gate-job',
  '@promotable/interop',
  '@promotable/bench',
];

/** Private tools. Tests and composition roots may use `services`; nothing that ships may. */
export const tools = ['@promotable/services', '@promotable/packages', '@promotable/dev', '@promotable/test', '@promotable/mutation'];

export function mayImport(from: string, to: string): boolean {
  // The fixtures of its README snippets use each package as a stranger does.
  if (from === '@promotable/packages') return true;
  if (exceptions.some(([a, b]) => a === from && b === to)) return true;
  if (tools.includes(from)) return to === '@promotable/contracts' || to === '@promotable/services' || to === '@promotable/packages';
  if (compositionRoots.includes(to)) return false;
  return (rings[to] ?? Number.POSITIVE_INFINITY) < (rings[from] ?? 0);
}
