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
  /** Without it nobody vouches for the time. @default true */
  readonly timestamp?: boolean;
}

/** A certificate authority with a timestamp authority beside it. */
export interface SigstoreAuthority {
  /** A Sigstore `trusted_root.json`. */
  readonly trustedRoot: Record<string, unknown> & {
    readonly certificateAuthorities: Record<string, unknown>[];
    readonly timestampAuthorities: Record<string, unknown>[];
    readonly tlogs: Record<string, unknown>[];
  };
  /** The text of a Sigstore bundle v0.3. */
  sign(signing: KeylessSigning): Promise<string>;
}

export const githubIssuer = 'https://token.actions.githubusercontent.com';

/** Makes both; each certificate is good for ten minutes from `issuedAt`, each signature is stamped at `signedAt` (milliseconds since the epoch). @default now */
export async function sigstoreAuthority({
  issuedAt,
  signedAt,
}: {
  readonly issuedAt?: number;
  readonly signedAt?: number;
} = {}): Promise<SigstoreAuthority> {
  const { initializeCA, initializeTSA } = await import('@sigstore/mock');
  const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const at = (time: number | undefined) => (time === undefined ? undefined : new Date(time));
  const ca = await initializeCA(pair(), undefined, at(issuedAt));
  const tsa = await initializeTSA(pair(), at(signedAt));
  const authority = (...chain: ArrayBufferView[]) => ({
    subject: { organization: 'test', commonName: 'test' },
    uri: 'https://authority.example',
    certChain: { certificates: chain.map((certificate) => ({ rawBytes: base64(certificate) })) },
    validFor: { start: '2020-01-01T00:00:00Z' },
  });
  return {
    trustedRoot: {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      certificateAuthorities: [authority(ca.rootCertificate)],
      timestampAuthorities: [authority(tsa.intCertificate, tsa.rootCertificate)],
      tlogs: [],
      ctlogs: [],
    },
    async sign({ issuer = githubIssuer, subject, statement, timestamp = true }) {
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
          tlogEntries: [],
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
