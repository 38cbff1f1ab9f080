// Certificates for an hour's work and the time they were used, as Sigstore gives them; in this process, for tests. The keys are new each time.
import { generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto';

/** Whom a certificate names, and what it was used for. */
export interface KeylessSigning {
  /** Extension 1.3.6.1.4.1.57264.1.8 of the certificate. @default 'https://token.actions.githubusercontent.com' */
  readonly issuer?: string | null;
  /** A URI. */
  readonly subject: string;
  /** The in-toto Statement. */
  readonly statement: object;
  /** Whether the timestamp authority vouches for the time. @default true */
  readonly timestamp?: boolean;
  /** Whether the transparency log vouches for the time. @default false */
  readonly logged?: boolean;
}

/** A certificate authority with a timestamp authority and a transparency log beside it. */
export interface SigstoreAuthority {
  /** A Sigstore entry for the log (Rekor v1), which the root does not pin. */
  readonly log: Record<string, unknown>;
  /** A Sigstore `trusted_root.json`. */
  readonly trustedRoot: Record<string, unknown> & {
    readonly certificateAuthorities: Record<string, unknown>[];
    readonly timestampAuthorities: Record<string, unknown>[];
    readonly tlogs: Record<string, unknown>[];
  };
  /** The text of a Sigstore bundle v0.3. */
  sign(signing: KeylessSigning): Promise<string>;
}

/** What Rekor v1 answers of an entry, as far as a bundle holds it. */
interface Logged {
  readonly body: string;
  readonly integratedTime: number;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: {
      readonly logIndex: number;
      readonly treeSize: number;
      readonly rootHash: string;
      readonly checkpoint: string;
    };
  };
}

export const githubIssuer = 'https://token.actions.githubusercontent.com';

/**
 * Makes both; each certificate is good for ten minutes from `issuedAt`, each signature is stamped at `signedAt` (milliseconds since the epoch).
 * Whole seconds alone: of a fraction DER drops the zeros at its end, and `@sigstore/core` 4.0.1 reads fractions of three digits only.
 * @default half a minute ahead, for their own certificates begin when they are made
 */
export async function sigstoreAuthority({
  issuedAt = Math.ceil(Date.now() / 1000) * 1000 + 30_000,
  signedAt = issuedAt,
}: {
  readonly issuedAt?: number;
  readonly signedAt?: number;
} = {}): Promise<SigstoreAuthority> {
  const { initializeCA, initializeTLog, initializeTSA } = await import('@sigstore/mock');
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const ca = await initializeCA(pair(), undefined, new Date(issuedAt));
  const tsa = await initializeTSA(pair(), new Date(signedAt));
  const logKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const tlog = await initializeTLog('https://log.example', logKeys, new Date(signedAt));
  const logId = { keyId: hash('sha256', tlog.publicKey, 'base64') };
  const authority = (...chain: ArrayBufferView[]) => ({
    subject: { organization: 'test', commonName: 'test' },
    uri: 'https://authority.example',
    certChain: { certificates: chain.map((certificate) => ({ rawBytes: base64(certificate) })) },
    validFor: { start: '2020-01-01T00:00:00Z' },
  });
  /** As Rekor v1 keeps an envelope: kind `dsse` 0.0.1. */
  const entryOf = async (payload: Uint8Array, signature: Uint8Array, certificate: ArrayBufferView) => {
    const verifier = Buffer.from(`-----BEGIN CERTIFICATE-----\n${base64(certificate)}\n-----END CERTIFICATE-----\n`).toString('base64');
    const digest = { algorithm: 'sha256', value: hash('sha256', payload, 'hex') };
    const signatures = [{ signature: Buffer.from(signature).toString('base64'), verifier }];
    const body = { apiVersion: '0.0.1', kind: 'dsse', spec: { envelopeHash: digest, payloadHash: digest, signatures } };
    const [entry] = Object.values((await tlog.log(body)) as Record<string, Logged>);
    const { inclusionProof: proof, signedEntryTimestamp } = entry?.verification ?? {};
    return {
      logIndex: String(entry?.logIndex),
      logId,
      kindVersion: { kind: 'dsse', version: '0.0.1' },
      integratedTime: String(entry?.integratedTime),
      inclusionPromise: { signedEntryTimestamp },
      inclusionProof: {
        logIndex: String(proof?.logIndex),
        rootHash: Buffer.from(proof?.rootHash ?? '', 'hex').toString('base64'),
        treeSize: String(proof?.treeSize),
        hashes: [],
        checkpoint: { envelope: proof?.checkpoint },
      },
      canonicalizedBody: entry?.body,
    };
  };
  return {
    log: {
      baseUrl: 'https://log.example',
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: tlog.publicKey.toString('base64'),
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        validFor: { start: '2020-01-01T00:00:00Z' },
      },
      logId,
    },
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      certificateAuthorities: [authority(ca.rootCertificate)],
      timestampAuthorities: [authority(tsa.intCertificate, tsa.rootCertificate)],
      tlogs: [],
      ctlogs: [],
    },
    async sign({ issuer = githubIssuer, subject, statement, timestamp = true, logged = false }) {
      const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const certificate = await ca.issueCertificate({
        publicKey: signer.publicKey.export({ type: 'spki', format: 'der' }),
        subjectAltName: subject,
        extensions: issuer === null ? [] : [{ oid: '1.3.6.1.4.1.57264.1.8', value: issuer }],
      });
      const payload = Buffer.from(JSON.stringify(statement));
      const payloadType = 'application/vnd.in-toto+json';
      const pae = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
      const signature = sign('sha256', pae, signer.privateKey);
      const stamp = await tsa.timestamp({
        artifactHash: hash('sha256', signature, 'buffer'),
        hashAlgorithmOID: '2.16.840.1.101.3.4.2.1',
        nonce: randomBytes(4).readUInt32BE(),
        policyOID: '1.3.6.1.4.1.57264.2',
        certReq: false,
      });
      return JSON.stringify({
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: {
          certificate: { rawBytes: base64(certificate) },
          tlogEntries: logged ? [await entryOf(payload, signature, certificate)] : [],
          timestampVerificationData: { rfc3161Timestamps: timestamp ? [{ signedTimestamp: base64(stamp) }] : [] },
        },
        dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig: signature.toString('base64') }] },
      });
    },
  };
}

function base64(bytes: ArrayBufferView): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
