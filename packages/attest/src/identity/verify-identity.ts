// What somebody signed under a short-lived certificate. Chains, timestamps and logs are `@sigstore/verify`'s to check; against which
// authorities, and whose name counts, is said here. The network is never asked.
import { X509Certificate } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { type SignedEntity, toSignedEntity, toTrustMaterial, type TrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import type { Fault } from '@promotable/contracts';
import { AttestError } from '../attest-error.ts';
import { sha256Hex } from '../digest.ts';
import { parseCertifiedBundle } from '../foreign/foreign-bundle.ts';
import { type ForeignStatement, foreignStatementOf } from '../foreign/foreign-statement.ts';
import type { Identity } from '../judge-identity.ts';
import type { TrustPolicy } from '../trust-policy.ts';

/** Which authorities are believed. */
export interface VerifyIdentityOptions {
  /** Of a trust policy: Sigstore trusted roots by name, tried one after the other. */
  readonly trustedRoots: NonNullable<TrustPolicy['trustedRoots']>;
}

/** A Statement that a certificate of a pinned authority speaks for. */
export interface VerifiedIdentity {
  readonly identity: Identity;
  /** The earliest time at which somebody trusted saw the signature, milliseconds since the Unix epoch. */
  readonly signedAt: number;
  /** The signed bytes of the Statement; the only bytes that were parsed. */
  readonly payload: Uint8Array;
  readonly statement: ForeignStatement;
  /** SHA-256 of `payload` in hex. */
  readonly statementDigest: string;
}

/** RFC 5280 §4.2.1.12: the certificate is one for signing code. */
const codeSigning = '1.3.6.1.5.5.7.3.3';

/**
 * Verifies a bundle by a certificate: the signature, the chain to a pinned authority at the time that a pinned timestamp authority or log
 * vouches for, and reads the Statement, v1 or v0.1. Whether the identity may say so is `judgeIdentity`'s to answer.
 * @throws {AttestError} `BUNDLE_INVALID`, `BUNDLE_TOO_LARGE`, `JSON_INVALID`, `SIGNATURE_INVALID`, `IDENTITY_UNVERIFIED` with what each
 * trusted root found, `STATEMENT_INVALID`, `PAYLOAD_NOT_CANONICAL`
 */
export function verifyIdentity(text: string | Uint8Array, { trustedRoots }: VerifyIdentityOptions): VerifiedIdentity {
  const { value, payload } = parseCertifiedBundle(text);
  const { entity, leaf } = partsOf(value);
  if (!isSignedBy(entity, leaf)) throw new AttestError('SIGNATURE_INVALID', 'the signature is not by its certificate', { status: 403 });
  const faults: Fault[] = [];
  for (const [trustedRoot, root] of Object.entries(trustedRoots)) {
    const found = identityBy(entity, root);
    if ('fault' in found) faults.push({ ...found.fault, message: `${trustedRoot}: ${found.fault.message}` });
    else {
      const statement = foreignStatementOf(payload);
      return { identity: { ...found, trustedRoot }, signedAt: signedAt(entity), payload, statement, statementDigest: sha256Hex(payload) };
    }
  }
  if (faults.length === 0) faults.push({ path: '/verificationMaterial', code: 'NO_TRUSTED_ROOT', message: 'no authority is pinned' });
  throw new AttestError('IDENTITY_UNVERIFIED', `no pinned authority vouches for the certificate: ${faults[0]?.message}`, {
    faults,
    status: 403,
  });
}

type Named = Pick<Identity, 'issuer' | 'subjectAlternativeName'>;

function identityBy(entity: SignedEntity, root: object): Named | { readonly fault: Fault } {
  try {
    const trust = trustOf(root);
    const thresholds = {
      // What a root pins must have been asked: a certificate that its log has not seen may be a forged one.
      ctlogThreshold: Math.min(1, trust.ctlogs.length),
      tlogThreshold: Math.min(1, trust.tlogs.length),
      timestampThreshold: 1,
    };
    const { identity } = new Verifier(trust, thresholds).verify(entity);
    const { subjectAlternativeName, extensions } = identity ?? {};
    if (subjectAlternativeName === undefined || extensions?.issuer === undefined)
      return unproven('CERTIFICATE_ERROR', 'the certificate names no issuer or no subject');
    return { issuer: extensions.issuer, subjectAlternativeName };
  } catch (error) {
    // Whatever a library throws over bytes of a stranger is a refusal.
    const { message } = error as Error;
    return error instanceof VerificationError ? unproven(error.code, message) : unproven('CERTIFICATE_ERROR', `cannot be read: ${message}`);
  }
}

function unproven(code: string, message: string): { readonly fault: Fault } {
  return { fault: { path: '/verificationMaterial', code, message } };
}

const materials = new WeakMap<object, TrustMaterial>();

/** To read certificates costs more than to verify with them, and a policy is asked for each bundle. */
function trustOf(root: object): TrustMaterial {
  const known = materials.get(root);
  if (known !== undefined) return known;
  const made = toTrustMaterial(TrustedRoot.fromJSON(root), () => {
    throw new Error('no key is pinned here');
  });
  materials.set(root, made);
  return made;
}

function partsOf(value: unknown): { readonly entity: SignedEntity; readonly leaf: X509Certificate } {
  const bundle = attempt(() => bundleFromJSON(value));
  const entity = bundle === null ? null : attempt(() => toSignedEntity(bundle));
  if (bundle === null || entity === null) throw unreadable('is not as its media type says');
  const { content } = bundle.verificationMaterial;
  const [first] =
    content.$case === 'certificate'
      ? [content.certificate]
      : content.$case === 'x509CertificateChain'
        ? content.x509CertificateChain.certificates
        : [];
  if (first === undefined) throw unreadable('holds no certificate');
  return { entity, leaf: certificateOf(first.rawBytes) };
}

/** One name, for signing code: of several it could not be said which one signed. */
function certificateOf(der: Uint8Array): X509Certificate {
  const leaf = attempt(() => new X509Certificate(der));
  const names = [
    ...(attempt(() => leaf?.subjectAltName) ?? '').matchAll(/(?:^|, )(?:URI|email|DNS|IP Address|othername|DirName|Registered ID):/g),
  ];
  if (leaf === null || names.length !== 1 || leaf.keyUsage?.includes(codeSigning) !== true || leaf.ca)
    throw unreadable('must hold a certificate with one subject alternative name, for signing code');
  return leaf;
}

function isSignedBy(entity: SignedEntity, leaf: X509Certificate): boolean {
  return attempt(() => entity.signature.verifySignature(leaf.publicKey)) === true;
}

/** Null where a library throws over bytes of a stranger. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

/** Only called once all of them were verified. */
function signedAt({ timestamps }: SignedEntity): number {
  return Math.min(
    ...timestamps.flatMap((stamp) => {
      if (stamp.$case === 'timestamp-authority') return stamp.timestamp.signingTime.getTime();
      return stamp.tlogEntry.inclusionPromise === undefined ? [] : Number(stamp.tlogEntry.integratedTime) * 1000;
    }),
  );
}

function unreadable(message: string): AttestError {
  const fault = { path: '/verificationMaterial', code: 'invalid_certificate', message };
  return new AttestError('BUNDLE_INVALID', `not a bundle signed by a certificate: ${message}`, { faults: [fault], status: 400 });
}
