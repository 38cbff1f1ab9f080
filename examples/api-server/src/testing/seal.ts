// Statements and bundles that an honest library would not make.
import type { Signer } from '@promotable/attest';
import { type Bundle, predicateTypes, statementType } from '@promotable/contracts';

const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const payloadType = 'application/vnd.in-toto+json';

/** Signs any payload whatever, as only the holder of a key can. */
export async function seal(payload: string | Uint8Array, signer: Signer): Promise<Bundle> {
  const bytes = Buffer.from(payload);
  const signedBytes = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${bytes.length} `), bytes]);
  const sig = Buffer.from(await signer.sign(signedBytes)).toString('base64');
  return {
    mediaType,
    verificationMaterial: { publicKey: { hint: signer.keyId } },
    dsseEnvelope: { payload: bytes.toString('base64'), payloadType, signatures: [{ sig, keyid: signer.keyId }] },
  };
}

/** Text of a statement about the artifact `a…`, whatever it says. */
export function statementText(predicate: object, changes: object = {}): string {
  const subject = [{ name: 'app.tgz', digest: { sha256: 'a'.repeat(64) } }];
  return JSON.stringify(sorted({ _type: statementType, subject, predicateType: predicateTypes.evidence, predicate, ...changes }));
}

/** The order of RFC 8785; the values of these statements need no more of it. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
