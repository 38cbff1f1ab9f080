// From an entry of a matrix to its signed file. What several entries share is read once.
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { digestOf, fileDigest, sha256Hex, type Signer } from '@promotable/attest';
import type { Clock } from '@promotable/contracts';
import type { Artifact } from '../build/artifact.ts';
import { buildEvidenceFromStreams } from '../build/build-evidence.ts';
import type { BuildEvidenceOptions } from '../build/build-input.ts';
import { parseSigned, type SignedEvidence } from '../build/signed-evidence.ts';
import { writeSigned } from '../build/write-signed.ts';
import { isFileError } from '../durable-file.ts';
import { EvidenceError } from '../evidence-error.ts';
import { faulty } from '../fault-list.ts';
import { reportFile } from '../readers/report-document.ts';
import type { MatrixArtifact, MatrixEntry, MatrixReports, MatrixSource } from './matrix.ts';

/** Where the files of a matrix lie, and who signs. */
export interface EvidenceSourceOptions extends Omit<BuildEvidenceOptions, 'clock'> {
  /** What the paths of the matrix are relative to. */
  readonly directory: string;
  /** Where signed files are written; it must exist. */
  readonly out: string;
  /** Asked for when the first evidence is built: a matrix of signed files needs none. */
  readonly signer: () => Promise<Signer>;
  readonly clock: Pick<Clock, 'now'>;
  readonly signal?: AbortSignal | undefined;
}

/** Gives the signed evidence of an entry, and the file it lies in. */
export type EvidenceSource = (entry: MatrixEntry) => Promise<{ readonly file: string; readonly evidence: SignedEvidence }>;

/**
 * Builds and signs what an entry describes, into a file named after the service and the digest of its inputs: with the same inputs and the
 * same key, what was signed before is taken as it is, also where the clock was read.
 */
export function evidenceSource(options: EvidenceSourceOptions): EvidenceSource {
  const { directory, out, signer: signerOnce, clock, signal, ...building } = options;
  const { redaction: { rules, auditorKey } = {}, assumeOffset } = building;
  const settings = {
    rules: rules ?? null,
    auditorKey: auditorKey === undefined ? null : sha256Hex(auditorKey),
    assumeOffset: assumeOffset ?? null,
  };
  const at = (path: string) => resolve(directory, path);
  const digests = new Map<string, Promise<string>>();
  const digestAt = (path: string, where: string): Promise<string> => {
    const file = at(path);
    const known = digests.get(file) ?? fileDigest(file, signal === undefined ? {} : { signal });
    digests.set(file, known);
    return known.catch((cause: unknown) => {
      throw unreadable(where, path, cause);
    });
  };
  let signer: Promise<Signer> | null = null;

  async function artifactOf({ file, digest, name }: MatrixArtifact, where: string): Promise<Artifact> {
    if (file === undefined) return { name: name ?? digest ?? '', sha256: (digest ?? '').replace(/^sha256:/, '') };
    return { name: name ?? basename(file), sha256: await digestAt(file, `${where}/file`) };
  }

  async function build({ service, releaseId }: MatrixEntry, source: Exclude<MatrixSource, { readonly signed: string }>) {
    const { tenant, run, observed, reports } = source;
    const { partial, ...files } = reports;
    const artifacts: Artifact[] = [];
    for (const [index, artifact] of source.artifacts.entries()) artifacts.push(await artifactOf(artifact, `/artifacts/${index}`));
    const inputs = {
      settings,
      service,
      releaseId,
      tenant: tenant ?? null,
      run,
      observed: observed ?? null,
      artifacts,
      partial: partial ?? null,
      reports: await mapReports(files, (path, where) => digestAt(path, `/reports${where}`)),
    };
    const file = join(out, `${service}.${digestOf(inputs).slice(0, 16)}.evidence.json`);
    signer ??= signerOnce();
    const { keyId } = await signer;
    const before = await readSigned(file);
    if (before?.bundle.dsseEnvelope.signatures[0]?.keyid === keyId) return { file, evidence: before };
    const statement = await buildEvidenceFromStreams(
      { service, releaseId, tenant, artifacts, run, observed, partial, ...(await mapReports(files, async (path) => reportFile(at(path)))) },
      { clock, ...building },
    );
    return { file, evidence: await writeSigned(statement, { path: file, signer: await signer, signal }) };
  }

  return async (entry) => {
    if (!('signed' in entry.source)) return build(entry, entry.source);
    const file = at(entry.source.signed);
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw unreadable('/evidence', file, cause);
    });
    const evidence = parseSigned(bytes);
    requireSame(entry, evidence);
    return { file, evidence };
  };
}

type Files = Omit<MatrixReports, 'partial'>;
/** The same shape with something else in place of each path. */
type Mapped<Value> = { readonly [Item in keyof Files]: NonNullable<Files[Item]> extends string ? Value : Value[] };

async function mapReports<Value>(files: Files, map: (path: string, where: string) => Promise<Value>): Promise<Mapped<Value>> {
  const mapped = Object.entries(files as Readonly<Record<string, string | readonly string[]>>).map(async ([item, paths]) => [
    item,
    typeof paths === 'string'
      ? await map(paths, `/${item}`)
      : await Promise.all(paths.map((path, index) => map(path, `/${item}/${index}`))),
  ]);
  return Object.fromEntries(await Promise.all(mapped)) as Mapped<Value>;
}

/** A signed file of another release would be sent under its own name, and the entry would look done. */
function requireSame({ service, releaseId }: MatrixEntry, { predicate }: SignedEvidence): void {
  const faults = Object.entries({ service, releaseId }).flatMap(([field, stated]) => {
    const found = predicate[field as 'service' | 'releaseId'];
    return found === stated ? [] : [{ path: `/evidence/${field}`, code: 'mismatch', message: `is ${found} in the file, not ${stated}` }];
  });
  if (faults.length > 0) throw faulty('EVIDENCE_INVALID', 'signed evidence', faults);
}

function unreadable(where: string, path: string, cause: unknown): EvidenceError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  const message = `${path} cannot be read: ${code}`;
  return new EvidenceError('REPORT_UNREADABLE', message, { cause, faults: [{ path: where, code: 'unreadable', message }] });
}

async function readSigned(path: string): Promise<SignedEvidence | null> {
  try {
    return parseSigned(await readFile(path));
  } catch (error) {
    if (error instanceof EvidenceError || isFileError(error, 'ENOENT')) return null;
    throw error;
  }
}
