// Everything that one `mc evidence publish` was asked to send, read before the first of it is sent.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CodedError, isCodedError } from '@promotable/contracts';
import type { Publishable, SignedEvidence } from '@promotable/sdk-evidence';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';
import { printable } from './render/printable.ts';
import { releaseOf } from './release-of.ts';

/** Where attestations of other tools are, and for which release. */
export interface AttestationOptions {
  readonly attestation?: string[];
  readonly from?: string;
  readonly service?: string;
  readonly release?: string;
}

/** What is sent, and where it was found. */
export interface FoundPublishable {
  readonly file: string;
  readonly evidence: Publishable;
}

const besideImage = 'oci://';

export async function publishablesOf(io: Io, files: readonly string[], options: AttestationOptions): Promise<FoundPublishable[]> {
  const { parseSigned } = await import('@promotable/sdk-evidence');
  const own = files.map(async (file) => ({ file, evidence: signedIn(file, await bytesOf(io, file), parseSigned) }));
  const found = [...(await Promise.all(own)), ...(await attestedFiles(io, options)), ...(await attestedBeside(io, options))];
  // The same statement may lie beside an image twice, in an older form and in a newer one.
  return [...new Map(found.map((each) => [each.evidence.statementDigest, each])).values()];
}

/** A file that is no envelope at all is most often a report that was never built into evidence: one line, not a fault for each of its fields. */
function signedIn(file: string, bytes: Uint8Array, parse: (bytes: Uint8Array) => SignedEvidence): SignedEvidence {
  try {
    return parse(bytes);
  } catch (cause) {
    if (!isCodedError(cause)) throw cause;
    const { code, faults, status } = cause;
    const isEnvelope = !faults.some(({ path }) => path === '' || path === '/dsseEnvelope');
    const fix = 'give the file that `mc evidence build` wrote';
    throw new CodedError(code, isEnvelope ? `${file} is damaged evidence` : `${file} is no signed evidence: ${fix}`, {
      faults: isEnvelope ? faults : [],
      status,
      cause,
    });
  }
}

async function attestedFiles(io: Io, { attestation = [], service, release }: AttestationOptions): Promise<FoundPublishable[]> {
  if (attestation.length === 0) return [];
  const { attestedEvidence } = await import('@promotable/sdk-evidence');
  const releaseId = service === undefined ? release : await releaseOf(io, release);
  const read = attestation.map(async (file) => ({ file, evidence: attestedEvidence(await bytesOf(io, file), { service, releaseId }) }));
  return Promise.all(read);
}

/** Beside an image lies what others need of it too, so what is not understood is told and passed over. */
async function attestedBeside(io: Io, { from, service, release }: AttestationOptions): Promise<FoundPublishable[]> {
  if (from === undefined) return [];
  if (!from.startsWith(besideImage)) throw new McError('USAGE', '--from takes oci://registry/repository@sha256:….');
  const [{ attestedEvidence }, { attestationsBeside, dockerCredentials }] = await Promise.all([
    import('@promotable/sdk-evidence'),
    import('@promotable/sdk-evidence/oci'),
  ]);
  const image = from.slice(besideImage.length);
  const credentials = await dockerCredentials(image.split('/')[0] ?? '', io.env);
  const attestations = await attestationsBeside(image, { credentials, fetch: io.fetch });
  const releaseId = service === undefined ? release : await releaseOf(io, release);
  const read = attestations.flatMap(({ digest, bytes }) => {
    try {
      return [{ file: `${besideImage}${image.split('@')[0]}@${digest}`, evidence: attestedEvidence(bytes, { service, releaseId }) }];
    } catch (error) {
      if (!isCodedError(error) || (error.code !== 'PREDICATE_UNKNOWN' && error.code !== 'BUNDLE_INVALID')) throw error;
      io.stderr(printable(`mc: passed over ${digest}: ${error.message}\n`));
      return [];
    }
  });
  if (read.length === 0) throw new McError('NOT_FOUND', `No attestation that is understood lies beside ${image}.`);
  return read;
}

async function bytesOf(io: Io, file: string): Promise<Uint8Array> {
  return readFile(resolve(io.cwd, file)).catch((cause: NodeJS.ErrnoException) => {
    throw new McError('FILE_UNREADABLE', `Cannot read the evidence at ${file}: ${cause.code ?? 'unknown error'}.`, { cause });
  });
}
