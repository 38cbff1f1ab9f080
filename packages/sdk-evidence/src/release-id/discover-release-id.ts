import { readFile } from 'node:fs/promises';
import { ReleaseId } from '@promotable/contracts';
import { isFileError } from '../durable-file.ts';
import { faulty } from '../fault-list.ts';
import { labelOf } from './downward-labels.ts';

/** Where a job is told which release it works for. */
export interface ReleaseIdSources {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Labels of the pod, as the downward API mounts them. @default the variable PODINFO_LABELS, else '/etc/podinfo/labels' */
  readonly labelsFile?: string | undefined;
}

/** A release id and who said it. */
export interface DiscoveredReleaseId {
  readonly releaseId: string;
  /** `RELEASE_ID`, or the path of the labels file. */
  readonly source: string;
}

const variable = 'RELEASE_ID';
const label = 'release-id';
const defaultLabelsFile = '/etc/podinfo/labels';

/**
 * The release id of the job that runs: the variable `RELEASE_ID`, else the label `release-id` in the labels file of the downward API
 * (https://kubernetes.io/docs/concepts/workloads/pods/downward-api/). It is never made up.
 * @throws {EvidenceError} `EVIDENCE_INVALID` that names both sources when neither says one, or the one whose value is no release id
 */
export async function discoverReleaseId({ env = process.env, labelsFile }: ReleaseIdSources = {}): Promise<DiscoveredReleaseId> {
  const path = labelsFile ?? stated(env['PODINFO_LABELS']) ?? defaultLabelsFile;
  const given = stated(env[variable]);
  if (given !== undefined) return checked(given, variable);
  const { text, problem } = await read(path);
  const labelled = stated(text === null ? undefined : labelOf(text, label));
  if (labelled !== undefined) return checked(labelled, path);
  throw faulty('EVIDENCE_INVALID', 'release id', [
    { path: '/releaseId', code: 'not_found', message: `is stated neither by ${variable} nor by the label ${label} in ${path}` },
    { path: `/${variable}`, code: 'not_set', message: `the environment variable ${variable} is not set` },
    { path: '/labelsFile', code: 'not_found', message: problem ?? `${path} has no label ${label}` },
  ]);
}

/** An empty value states nothing: a pipeline that expands an unset variable leaves one behind. */
function stated(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === '' ? undefined : trimmed;
}

function checked(releaseId: string, source: string): DiscoveredReleaseId {
  const parsed = ReleaseId.safeParse(releaseId);
  if (parsed.success) return { releaseId: parsed.data, source };
  const message = `what ${source} says is no release id: it ${parsed.error.issues[0]?.message ?? 'is invalid'}`;
  throw faulty('EVIDENCE_INVALID', 'release id', [{ path: '/releaseId', code: 'invalid_format', message }]);
}

async function read(path: string): Promise<{ readonly text: string | null; readonly problem: string | null }> {
  try {
    return { text: await readFile(path, 'utf8'), problem: null };
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return { text: null, problem: `${path} does not exist` };
    return { text: null, problem: `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown error'}` };
  }
}
