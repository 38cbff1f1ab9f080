import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { buildEvidence, type SignedEvidence } from '@promotable/sdk-evidence';
import type { BuiltRelease } from '../world/release.ts';
import { artifactOf } from './collect.ts';
import { service } from './settings.ts';
import type { StoryParts } from './story-parts.ts';

/** Reads what the build left, signs it and publishes it. */
export async function publishBuild(
  { narrator, publishing, clock }: StoryParts,
  letter: string,
  release: BuiltRelease,
): Promise<SignedEvidence> {
  const since = clock.monotonic();
  const document = async (path: string) => ({ name: basename(path), bytes: await readFile(path) });
  const { releaseId } = release.spec;
  const run = { provider: 'npm-start', id: releaseId, attempt: 1 };
  const statement = buildEvidence(
    {
      service,
      releaseId,
      artifacts: [artifactOf(release)],
      sbom: await document(release.sbom),
      junit: [await document(release.junit)],
      run,
    },
    { clock },
  );
  const evidence = await publishing.sign(`${letter}-build`, statement);
  const { outcome } = await publishing.publish(evidence);
  narrator.tell(
    {
      release: letter,
      stage: 'build',
      verdict: null,
      reasons: [],
      outcome,
      text: `evidence ${outcome}: ${contents(evidence)}, bound to ${release.digest.slice(0, 19)}…`,
      since,
    },
    { outcome: 'accepted' },
  );
  return evidence;
}

function contents({ predicate }: SignedEvidence): string {
  const { tests, sbom } =
    predicate.checkpoint === 'build' && 'sbom' in predicate.values ? predicate.values : { tests: undefined, sbom: undefined };
  const parts = [
    tests === undefined || 'absent' in tests ? 'no tests' : `${tests.passed} of ${tests.total} tests passed`,
    sbom === undefined || 'absent' in sbom ? 'no components' : `${sbom.components} components`,
  ];
  return parts.join(', ');
}
