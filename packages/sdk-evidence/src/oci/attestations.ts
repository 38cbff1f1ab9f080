// What lies beside an image and was signed about it: referrers as cosign 3 and GitHub write them, and the tag `sha256-….att` of older ones.
import { parseImageReference } from './image-reference.ts';
import type { Manifest } from './manifest.ts';
import { referrerManifest, referrersOf } from './referrers.ts';
import { createRegistryClient, type RegistryClient, type RegistryOptions } from './registry-client.ts';

/** One attestation beside an image; nothing of it is verified. */
export interface FoundAttestation {
  /** Digest of the blob that holds it. */
  readonly digest: string;
  /** A Sigstore bundle or a DSSE envelope, as it lies there. */
  readonly bytes: Uint8Array;
}

/** Largest number that is read of one image. */
const maxAttestations = 1000;
const envelopeType = 'application/vnd.dsse.envelope.v1+json';
/** `…bundle.v0.3+json`, and `…bundle+json;version=0.3` as it was written before. */
const isBundle = (type: string): boolean => type.startsWith('application/vnd.dev.sigstore.bundle');
/** Records of our own spool, which have senders of their own. */
const isSpooled = ({ annotations = {} }: Manifest): boolean =>
  Object.keys(annotations).some((name) => name.startsWith('dev.promotable.spool.'));

/**
 * Every attestation beside an image: by the referrers API, else by the tag that stands in for it, and by cosign's older tag. Signatures of the
 * image itself are none.
 * @param image `registry/repository@sha256:…`
 * @throws {EvidenceError} `EVIDENCE_INVALID` for another form of name, `REGISTRY_UNAVAILABLE`
 */
export async function attestationsBeside(image: string, options: RegistryOptions = {}): Promise<FoundAttestation[]> {
  const reference = parseImageReference(image);
  const client = createRegistryClient(reference, options);
  const found = new Map<string, FoundAttestation>();
  const take = async (manifest: Manifest): Promise<void> => {
    for (const { mediaType, digest } of manifest.layers ?? []) {
      if (found.size >= maxAttestations || found.has(digest) || (!isBundle(mediaType) && mediaType !== envelopeType)) continue;
      const bytes = await client.blob(digest);
      if (holdsStatement(bytes)) found.set(digest, { digest, bytes });
    }
  };
  for (const { digest } of await referrersOf(client, reference.digest)) {
    const manifest = await referrerManifest(client, digest);
    if (!isSpooled(manifest)) await take(manifest);
  }
  const older = `${reference.digest.replace(':', '-')}.att`;
  if (await exists(client, older)) await take(await referrerManifest(client, older));
  return [...found.values()];
}

async function exists(client: RegistryClient, tag: string): Promise<boolean> {
  return (await client.manifest(tag)) !== null;
}

/** A bundle may hold a signature of the image in place of a statement. What cannot be read is left for the reader to refuse. */
function holdsStatement(bytes: Uint8Array): boolean {
  try {
    return !('messageSignature' in (JSON.parse(Buffer.from(bytes).toString('utf8')) as object));
  } catch {
    return true;
  }
}
