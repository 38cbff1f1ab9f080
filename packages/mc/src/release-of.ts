import { resolve } from 'node:path';
import { CodedError, isCodedError } from '@promotable/contracts';
import type { Io } from './io.ts';

/** How the option is explained wherever it may be left out. */
export const releaseHelp = 'the release id (default: RELEASE_ID, else the label `release-id` in /etc/podinfo/labels, env PODINFO_LABELS)';

/** The release id that was given, else the one that the job was told; throws `EVIDENCE_INVALID` that names both sources. */
export async function releaseOf(io: Io, given: string | undefined): Promise<string> {
  if (given !== undefined) return given;
  const { discoverReleaseId } = await import('@promotable/sdk-evidence');
  const labelsFile = io.env['PODINFO_LABELS'];
  const { releaseId, source } = await discoverReleaseId({
    env: io.env,
    ...(labelsFile === undefined || labelsFile === '' ? {} : { labelsFile: resolve(io.cwd, labelsFile) }),
  }).catch((cause: unknown) => {
    if (!isCodedError(cause)) throw cause;
    const { code, faults, status } = cause;
    throw new CodedError(code, `Which release? Give --release. ${cause.message}`, { faults, status, cause });
  });
  io.stderr(`mc: release ${releaseId}, as ${source} says\n`);
  return releaseId;
}
