// What another tool attested, under a certificate and about an image, on its way from a file to a verdict; and when its identity is withdrawn.
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statementType } from '@promotable/contracts';
import { githubIssuer, type SigstoreAuthority, sigstoreAuthority } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPredicate, stagePredicate } from './testing/mc-client.ts';
import { type Command, mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

const subject = 'https://github.com/acme/checkout/.github/workflows/release.yml@refs/heads/main';
const digest = 'c'.repeat(64);
const release = { releaseId: '7.0.0', service: 'checkout' };
const identity = `identity:${githubIssuer} ${subject}`;

let mc: RunningMc;
let authority: SigstoreAuthority;
let folder: string;
let run: Command;
beforeAll(async () => {
  [mc, authority, folder] = await Promise.all([
    runMissionControl(undefined, {}, { readKeysMs: 50 }),
    sigstoreAuthority(),
    mkdtemp(join(tmpdir(), 'promotable-attestations-')),
  ]);
  run = mcIn(folder);
  await trust(subject);
});
afterAll(async () => {
  await mc.end();
  await rm(folder, { recursive: true, force: true });
});

/** Pins the authority, and one name of it. */
async function trust(subjectAlternativeName: string): Promise<void> {
  const file = join(mc.data, 'keys', 'trust-policy.json');
  const policy = JSON.parse(await readFile(file, 'utf8')) as object;
  const entry = {
    issuer: githubIssuer,
    subjectAlternativeName,
    trustedRoot: 'test',
    tenant: 'local',
    services: '*',
    checkpoints: ['build'],
  };
  await writeFile(`${file}.new`, JSON.stringify({ ...policy, identities: [entry], trustedRoots: { test: authority.trustedRoot } }));
  await rename(`${file}.new`, file);
}

async function attest(name: string, predicateType: string, predicate: object): Promise<string> {
  const statement = { _type: statementType, subject: [{ name: 'image', digest: { sha256: digest } }], predicateType, predicate };
  await writeFile(join(folder, name), await authority.sign({ subject, statement }));
  return name;
}

async function publish(files: readonly string[]): Promise<{ outcome: string; error?: { code: string } }[]> {
  const named = files.map((file) => `--attestation ${file}`).join(' ');
  const { json } = await run(`evidence publish ${named} --service checkout --release ${release.releaseId} --data ${mc.data} --json`);
  return json() as unknown as { outcome: string; error?: { code: string } }[];
}

async function ask(): Promise<string[]> {
  const { body } = await mc.client.ask({ ...release, digests: [`sha256:${digest}`] });
  return [String(body['verdict']), ...(body['reasons'] as { code: string }[]).map(({ code }) => code)];
}

const until = async (what: () => Promise<unknown>, expected: unknown): Promise<void> => {
  await expect.poll(what, { timeout: 50_000, interval: 50 }).toEqual(expected);
};

describe('what other tools attested', () => {
  it('is proof of its item: a release whose own evidence lacks it passes by it', async () => {
    const own = buildPredicate({ ...release, samples: {}, values: { coverage: { absent: 'COVERAGE_ABSENT' } } });
    expect((await mc.client.publish(await mc.client.sign(own, digest), release)).body.errors).toBeUndefined();
    expect(await ask()).toEqual(['hold', 'NO_EVIDENCE', 'PENDING']);
    const files = [
      await attest('bom.json', 'https://cyclonedx.org/bom', {
        bomFormat: 'CycloneDX',
        specVersion: '1.6',
        components: [{ type: 'library', name: 'a', version: '1', purl: 'pkg:npm/a@1' }],
      }),
      await attest('tests.json', 'https://in-toto.io/attestation/test-result/v0.1', {
        result: 'PASSED',
        configuration: [],
        passedTests: ['adds'],
      }),
    ];
    // The policy is read again while the server runs.
    await until(async () => (await publish(files)).map(({ outcome }) => outcome), ['accepted', 'accepted']);
    expect((await publish(files)).map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate']);
    mc.advance(12_000);
    const now = Date.now() + mc.advance(0);
    const observed = { from: new Date(now - 9000).toISOString(), until: new Date(now - 1000).toISOString() };
    const window = await mc.client.sign(stagePredicate({ ...release, observed }), digest);
    expect((await mc.client.publish(window, release)).body.errors).toBeUndefined();
    expect(await ask()).toEqual(['pass']);
  });

  it('is listed with who signed it, and `mc keys impact` says what rests on them', async () => {
    const listed = (await mc.client.list(release.releaseId)) as unknown as { keyId: string; bundle: { mediaType: string } }[];
    expect(listed.filter(({ keyId }) => keyId === identity)).toHaveLength(2);
    const { code, json } = await run(['keys', 'impact', identity, '--data', mc.data, '--json']);
    expect([code, json()]).toMatchObject([0, { use: 'evidence', status: 'trusted', records: 2, releases: [release] }]);
  });

  it('of an unknown type, or about another image, is refused by its code, and nothing of it is kept', async () => {
    const other = await attest('other.json', 'https://example.com/review/v1', {});
    const { code, err } = await run(`evidence publish --attestation ${other} --service checkout --release 7.0.0 --data ${mc.data}`);
    expect([code, err]).toEqual([2, expect.stringContaining('PREDICATE_UNKNOWN')]);
    const statement = { _type: statementType, predicateType: 'https://in-toto.io/attestation/test-result/v0.1' };
    const predicate = { result: 'PASSED', configuration: [], passedTests: ['a'] };
    const about = { ...statement, subject: [{ digest: { sha256: 'd'.repeat(64) } }], predicate };
    await writeFile(join(folder, 'foreign.json'), await authority.sign({ subject, statement: about }));
    expect(await publish(['foreign.json'])).toMatchObject([{ outcome: 'refused', error: { code: 'RELEASE_DIGEST_CONFLICT' } }]);
  });

  it('is worth nothing once its identity is listed no more', async () => {
    await trust(subject.replace('release.yml', 'deploy.yml'));
    await until(ask, ['hold', 'SIGNER_REVOKED', 'SIGNER_REVOKED']);
  });
});
