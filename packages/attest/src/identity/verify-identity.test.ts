import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { githubIssuer, type SigstoreAuthority, sigstoreAuthority } from '@promotable/services';
import { isCodedError } from '@promotable/contracts';
import { sha256Hex } from '../digest.ts';
import { generateSigningKey } from '../key.ts';
import { localSigner } from '../signer.ts';
import { signStatement } from '../sign-statement.ts';
import { verifyIdentity } from './verify-identity.ts';

const subject = 'https://github.com/acme/checkout/.github/workflows/release.yml@refs/heads/main';
const statement = {
  _type: 'https://in-toto.io/Statement/v1' as const,
  subject: [{ name: 'image', digest: { sha256: 'a'.repeat(64) } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: { buildDefinition: {} },
};
/** The authority's own certificates begin when it is made. */
const now = Math.ceil(Date.now() / 1000) * 1000 + 600_000;
let authority: SigstoreAuthority;
let stranger: SigstoreAuthority;
let text: string;

beforeAll(async () => {
  authority = await sigstoreAuthority({ issuedAt: now, signedAt: now + 60_000 });
  stranger = await sigstoreAuthority({ issuedAt: now, signedAt: now + 60_000 });
  text = await authority.sign({ subject, statement });
});

type Bundle = {
  mediaType: string;
  verificationMaterial: {
    certificate?: { rawBytes: string } | undefined;
    publicKey?: object;
    timestampVerificationData: { rfc3161Timestamps: { signedTimestamp: string }[] };
  };
  dsseEnvelope: { payload: string; signatures: { sig: string }[] };
};

function changed(change: (bundle: Bundle) => void, of = text): string {
  const bundle = JSON.parse(of) as Bundle;
  change(bundle);
  return JSON.stringify(bundle);
}

const rootsOf = (...authorities: SigstoreAuthority[]) =>
  Object.fromEntries(authorities.map(({ trustedRoot }, index) => [`root-${index}`, trustedRoot]));

/** The codes of a refusal: the error's, then each fault's; or the name that was verified. */
function outcome(input: string, ...authorities: SigstoreAuthority[]): string[] {
  try {
    return [verifyIdentity(input, { trustedRoots: rootsOf(...authorities) }).identity.subjectAlternativeName];
  } catch (error) {
    if (!isCodedError(error)) throw error;
    return [error.code, ...error.faults.map(({ code }) => code)];
  }
}

describe('a bundle by a certificate', () => {
  it('is verified against the pinned authority, and says who signed, when and what', () => {
    const verified = verifyIdentity(text, { trustedRoots: rootsOf(stranger, authority) });
    expect(verified).toMatchObject({
      identity: { issuer: githubIssuer, subjectAlternativeName: subject, trustedRoot: 'root-1' },
      signedAt: now + 60_000,
      statement,
      statementDigest: sha256Hex(JSON.stringify(statement)),
    });
  });

  it('is refused by every authority that did not issue it, and where none is pinned', () => {
    expect(outcome(text, stranger)).toEqual(['IDENTITY_UNVERIFIED', 'TIMESTAMP_ERROR']);
    expect(outcome(text)).toEqual(['IDENTITY_UNVERIFIED', 'NO_TRUSTED_ROOT']);
    const mixed = {
      ...stranger,
      trustedRoot: { ...stranger.trustedRoot, timestampAuthorities: authority.trustedRoot.timestampAuthorities },
    };
    expect(outcome(text, mixed)).toEqual(['IDENTITY_UNVERIFIED', 'CERTIFICATE_ERROR']);
  });

  it('is refused without a time that somebody pinned vouches for', async () => {
    const timeless = await authority.sign({ subject, statement, timestamp: false });
    expect(outcome(timeless, authority)).toEqual(['IDENTITY_UNVERIFIED', 'TIMESTAMP_ERROR']);
    const unpinned = { ...authority, trustedRoot: { ...authority.trustedRoot, timestampAuthorities: [] } };
    expect(outcome(text, unpinned)).toEqual(['IDENTITY_UNVERIFIED', 'TIMESTAMP_ERROR']);
  });

  it.each([
    ['after its certificate had ended', 11 * 60_000],
    ['before its certificate began', -60_000],
  ])('is refused when it was signed %s', async (_when, delay) => {
    const late = await sigstoreAuthority({ issuedAt: now, signedAt: now + delay });
    expect(outcome(await late.sign({ subject, statement }), late)).toEqual(['IDENTITY_UNVERIFIED', 'CERTIFICATE_ERROR']);
  });

  it('is refused where the certificate names no issuer', async () => {
    expect(outcome(await authority.sign({ subject, statement, issuer: null }), authority)).toEqual([
      'IDENTITY_UNVERIFIED',
      'CERTIFICATE_ERROR',
    ]);
  });

  it('counts at the time of a pinned log, where no timestamp authority is asked', async () => {
    const logged = await authority.sign({ subject, statement, timestamp: false, logged: true });
    const pinned = rootsOf({ ...authority, trustedRoot: { ...authority.trustedRoot, timestampAuthorities: [], tlogs: [authority.log] } });
    expect(verifyIdentity(logged, { trustedRoots: pinned })).toMatchObject({
      signedAt: now + 60_000,
      identity: { subjectAlternativeName: subject },
    });
  });

  it('is refused where a log is pinned and has not seen it, or has seen another one', async () => {
    const pinning = (log: Record<string, unknown>) => ({ ...authority, trustedRoot: { ...authority.trustedRoot, tlogs: [log] } });
    expect(outcome(text, pinning(authority.log))).toEqual(['IDENTITY_UNVERIFIED', 'TLOG_ERROR']);
    const logged = await authority.sign({ subject, statement, timestamp: false, logged: true });
    const ofStranger = outcome(logged, pinning(stranger.log));
    expect([ofStranger[0], ofStranger[1]?.startsWith('TLOG')]).toEqual(['IDENTITY_UNVERIFIED', true]);
    const entries = (JSON.parse(logged) as { verificationMaterial: { tlogEntries: unknown } }).verificationMaterial.tlogEntries;
    const swapped = changed((b) => Object.assign(b.verificationMaterial, { tlogEntries: entries }));
    expect(outcome(swapped, pinning(authority.log))).toEqual(['IDENTITY_UNVERIFIED', 'TLOG_BODY_ERROR']);
    const later = logged.replace(/"integratedTime":"(\d+)"/, (_all, time: string) => `"integratedTime":"${Number(time) + 60}"`);
    expect(outcome(later, pinning(authority.log))[0]).toBe('IDENTITY_UNVERIFIED');
  });

  it('is refused with another payload, another signature, or the certificate of another signature', async () => {
    const other = await authority.sign({ subject, statement: { ...statement, predicateType: 'https://example.com/x' } });
    const { dsseEnvelope, verificationMaterial } = JSON.parse(other) as Bundle;
    expect(
      outcome(
        changed((b) => (b.dsseEnvelope.payload = dsseEnvelope.payload)),
        authority,
      ),
    ).toEqual(['SIGNATURE_INVALID']);
    expect(
      outcome(
        changed((b) => (b.dsseEnvelope.signatures = dsseEnvelope.signatures)),
        authority,
      ),
    ).toEqual(['SIGNATURE_INVALID']);
    expect(
      outcome(
        changed((b) => (b.verificationMaterial.certificate = verificationMaterial.certificate)),
        authority,
      ),
    ).toEqual(['SIGNATURE_INVALID']);
    const stamps = verificationMaterial.timestampVerificationData;
    expect(
      outcome(
        changed((b) => (b.verificationMaterial.timestampVerificationData = stamps)),
        authority,
      ),
    ).toEqual(['IDENTITY_UNVERIFIED', 'TIMESTAMP_ERROR']);
  });

  it('is refused in another form: by a key, by both, without a signature, twice signed, of no Statement', async () => {
    const pair = generateSigningKey('ecdsa-p256');
    const byKey = JSON.stringify(await signStatement(statement, localSigner(pair.privateKeyPem)));
    expect(outcome(byKey, authority)[0]).toBe('BUNDLE_INVALID');
    expect(
      outcome(
        changed((b) => (b.verificationMaterial.publicKey = { hint: pair.keyId })),
        authority,
      )[0],
    ).toBe('BUNDLE_INVALID');
    expect(
      outcome(
        changed((b) => (b.dsseEnvelope.signatures = [])),
        authority,
      )[0],
    ).toBe('BUNDLE_INVALID');
    expect(
      outcome(
        changed((b) => b.dsseEnvelope.signatures.push({ sig: 'AAAA' })),
        authority,
      )[0],
    ).toBe('BUNDLE_INVALID');
    expect(
      outcome(
        changed((b) => (b.verificationMaterial.certificate = { rawBytes: 'AAAA' })),
        authority,
      )[0],
    ).toBe('BUNDLE_INVALID');
    expect(outcome(text.replace('"payload":', '"payload":"e30=","payload":'), authority)[0]).toBe('JSON_INVALID');
    expect(outcome(await authority.sign({ subject, statement: { ...statement, subject: [] } }), authority)[0]).toBe('STATEMENT_INVALID');
  });

  it('never crashes once it is damaged, and is never taken for another', () => {
    const genuine = claims(text);
    const survivors: string[] = [];
    let refused = 0;
    // Where it lies is told by a hash, so that a run can be told again.
    for (let round = 0; round < 250; round++) {
      const dice = createHash('sha256').update(`damage ${round}`).digest();
      const at = dice.readUInt32BE(0) % text.length;
      const length = 1 + (dice.readUInt8(4) % 8);
      const filling = ['', dice.toString('base64').slice(0, length), '0'.repeat(length), '"', '{'][dice.readUInt8(5) % 5] ?? '';
      const damaged = text.slice(0, at) + filling + text.slice(at + (filling === '' || dice.readUInt8(6) % 2 === 0 ? length : 0));
      const [code = ''] = outcome(damaged, authority);
      if (code !== subject) refused++;
      else if (claims(damaged) !== genuine) survivors.push(`${round}: ${damaged.slice(Math.max(0, at - 20), at + 20)}`);
    }
    expect(survivors).toEqual([]);
    expect(refused).toBeGreaterThan(230);
  });
});

function claims(input: string): string {
  const { identity, signedAt, statementDigest } = verifyIdentity(input, { trustedRoots: rootsOf(authority) });
  return JSON.stringify([identity, signedAt, statementDigest]);
}
