import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, generateSigningKey } from '@promotable/attest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedIo } from './captured-io.ts';
import { runMc } from './program.ts';

let folder: string;
const junit =
  '<testsuite name="s" tests="2" failures="0" errors="0" skipped="1" timestamp="2026-11-21T10:00:00Z" time="1"><testcase name="a" time="1"/><testcase name="b"><skipped/></testcase></testsuite>';
const red = junit
  .replace('failures="0"', 'failures="1"')
  .replace('skipped="1"', 'skipped="0"')
  .replace('<skipped/>', '<failure message="no"/>');
const sbom = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [{ type: 'library', name: 'left', version: '1.0.0', purl: 'pkg:npm/left@1.0.0' }],
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-'));
  const keys = generateSigningKey('ecdsa-p256');
  await Promise.all(
    Object.entries({
      'junit.xml': junit,
      'red.xml': red,
      'bom.json': sbom,
      'broken.json': '{',
      'app.tgz': 'bytes',
      'key.pem': keys.privateKeyPem,
      'root.pub': keys.publicKeyPem,
      token: 'abc.def.ghi',
    }).map(([name, text]) => writeFile(join(folder, name), text)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const io = (env: Record<string, string> = {}) =>
  capturedIo({ cwd: folder, env, clock: { now: () => Date.parse('2026-11-22T00:00:00Z'), monotonic: () => performance.now() } });

async function run(line: string, world = io()) {
  return { code: await runMc(line.split(' '), world), out: world.out(), err: world.err() };
}

const dryRunBeside = 'gate rollout --service s --release r --environment e --stage 20 --dry-run --wait';

describe('mc', () => {
  it.each(['gat', 'gate rollout', dryRunBeside, 'evidence build --service s', 'ledger verify --bogus', 'decision verify'])(
    'refuses `mc %s` with exit code 2',
    async (line) => {
      const { code, err, out } = await run(line);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^mc: USAGE: /);
    },
  );

  it('names every option that is missing, also as JSON', async () => {
    const { code, err, out } = await run('gate rollout --service checkout --json');
    expect(code).toBe(2);
    expect(JSON.parse(out).error).toMatchObject({
      code: 'USAGE',
      faults: [{ path: '--environment' }, { path: '--stage' }],
    });
    expect(err.trimEnd().split('\n')).toHaveLength(3);
  });

  it('lists in its help what must be given first, marked so, and the rest in groups', async () => {
    const { out } = await run('gate rollout --help');
    expect(out.match(/^\S.*:$/gm)).toEqual([
      'Options:',
      'Where MC is:',
      'Thresholds and limits:',
      'Sending:',
      'Measuring the stage:',
      'Prometheus:',
      'Examples:',
    ]);
    expect(out).toMatch(/--stage <weight> .*\(required\)\n/);
    expect(out.indexOf('--stage <weight>')).toBeLessThan(out.indexOf('Where MC is:'));
  });

  it('prints its version', async () => {
    expect(await run('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });

  it.each([
    'try',
    'evidence build',
    'evidence publish',
    'evidence status',
    'evidence replay',
    'gate rollout',
    'gate serve',
    'init',
    'doctor',
    'decision verify',
    'decision explain',
    'decision export',
    'ledger verify',
    'ledger export',
    'policy thresholds',
  ])('explains `mc %s` with examples and --json', async (line) => {
    const { code, out } = await run(`${line} --help`);
    expect(code).toBe(0);
    expect(out).toContain('Examples:');
    expect(out).toContain('--json');
    expect(out).toContain(`$ mc ${line}`);
  });
});

describe('mc policy thresholds', () => {
  it('prints each number with the layer it comes from', async () => {
    const { code, out } = await run('policy thresholds --layer demo --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      layer: 'demo',
      values: { p95BudgetMs: 350, errorRateBudget: 0.02, windowMs: { 20: 8000, 50: 6000 } },
    });
  });

  it('refuses the layer made for development in production', async () => {
    expect(await run('policy thresholds --layer demo', io({ NODE_ENV: 'production' }))).toMatchObject({
      code: 2,
      err: expect.stringContaining('LAYER_DEVELOPMENT_ONLY'),
    });
  });
});

describe('mc evidence', () => {
  const build = 'evidence build --service checkout --release A --artifact app.tgz --sbom bom.json --junit junit.xml --run 7 --key key.pem';

  it('builds the same signed file from the same inputs', async () => {
    const first = await run(`${build} --out one.json --json`);
    const second = await run(`${build} --out two.json --json`);
    expect([first.code, second.code]).toEqual([0, 0]);
    expect(JSON.parse(first.out)).toMatchObject({ samples: { sbom: 1, tests: 2 }, redactions: [] });
    expect(JSON.parse(first.out).statementDigest).toBe(JSON.parse(second.out).statementDigest);
    expect(JSON.parse(await readFile(join(folder, 'one.json'), 'utf8'))).toMatchObject({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    });
  });

  it('binds evidence without an artifact to the release of the tenant given, and to nothing where none is given', async () => {
    const bare = 'evidence build --service mailer --release A --sbom bom.json --run 7 --key key.pem';
    expect((await run(`${bare} --tenant acme --out release.json --json`)).code).toBe(0);
    const { dsseEnvelope } = JSON.parse(await readFile(join(folder, 'release.json'), 'utf8')) as { dsseEnvelope: { payload: string } };
    expect(JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString())).toMatchObject({
      subject: [{ name: 'release:mailer/A', digest: { sha256: digestOf({ tenant: 'acme', service: 'mailer', releaseId: 'A' }) } }],
    });
    const refused = await run(`${bare} --out none.json --json`);
    expect([refused.code, JSON.parse(refused.out).error.faults]).toMatchObject([2, [{ path: '/artifacts' }]]);
  });

  it('lists every fault with its path and writes nothing', async () => {
    const { code, err, out } = await run(
      'evidence build --service a/b --release A --release-digest nonsense --junit junit.xml --run 7 --attempt 0 --key key.pem --out bad.json --json',
    );
    expect(code).toBe(2);
    expect(JSON.parse(out).error.faults.map((fault: { path: string }) => fault.path)).toEqual(
      expect.arrayContaining(['/artifacts/0/sha256', '/predicate/run/attempt', '/predicate/service']),
    );
    expect(err).toContain('/run/attempt');
    await expect(readFile(join(folder, 'bad.json'))).rejects.toThrow();
  });

  it('spools what it cannot send and exits with 3', async () => {
    await run(`${build} --out spooled.json`);
    const { code, out } = await run(
      'evidence publish spooled.json --url http://127.0.0.1:9 --token-file token --attempts 1 --spool spool --json',
    );
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject([{ outcome: 'spooled', error: { code: 'MC_UNREACHABLE' } }]);
    expect(await run('evidence replay --url http://127.0.0.1:9 --token-file token --attempts 1 --spool spool --json')).toMatchObject({
      code: 3,
      out: expect.stringContaining('"remaining": 1'),
    });
  });

  it('takes the release id from RELEASE_ID, else from the labels of the pod, and names both where neither says one', async () => {
    const bare = `${build.replace(' --release A', '')} --out discovered.json --json`;
    const releaseIn = async () =>
      (
        JSON.parse(
          Buffer.from(JSON.parse(await readFile(join(folder, 'discovered.json'), 'utf8')).dsseEnvelope.payload, 'base64').toString(),
        ) as {
          predicate: { releaseId: string };
        }
      ).predicate.releaseId;
    await writeFile(join(folder, 'labels'), 'release-id="from-label"');
    expect((await run(bare, io({ RELEASE_ID: 'from-env', PODINFO_LABELS: 'labels' }))).code).toBe(0);
    expect(await releaseIn()).toBe('from-env');
    expect(await run(bare, io({ PODINFO_LABELS: 'labels' }))).toMatchObject({ code: 0, err: expect.stringContaining('from-label') });
    expect(await releaseIn()).toBe('from-label');
    const { code, err } = await run(bare, io({ PODINFO_LABELS: 'no-labels' }));
    expect([code, err]).toEqual([2, expect.stringMatching(/RELEASE_ID.*no-labels/)]);
    expect((await run('evidence status --service checkout', io({ PODINFO_LABELS: 'no-labels' }))).err).toContain('RELEASE_ID');
  });

  it('refuses a file that is no signed evidence', async () => {
    expect(await run('evidence publish bom.json --url http://127.0.0.1:9 --token-file token')).toMatchObject({
      code: 2,
      err: expect.stringContaining('BUNDLE_INVALID'),
    });
  });

  it('says where to find MC when nothing tells it', async () => {
    expect(await run('evidence status --service checkout --release A')).toMatchObject({
      code: 2,
      err: expect.stringContaining('npm start'),
    });
  });
});

describe('mc gate rollout', () => {
  const ask =
    'gate rollout --service checkout --release A --environment production --stage 20 --url http://127.0.0.1:9 --token-file token --root root.pub';

  it('holds with exit code 3 while MC is away', async () => {
    const { code, out } = await run(`${ask} --json`);
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'hold', source: 'client', reasons: [{ code: 'MC_UNREACHABLE' }] });
  });

  it.each([
    ['--stage 200', 'INVALID_QUESTION'],
    ['--wait soon', 'USAGE'],
    ['--poll 1ms', 'USAGE'],
  ])('refuses %s', async (option, code) => {
    expect(await run(`${ask} ${option}`)).toMatchObject({ code: 2, err: expect.stringContaining(code) });
  });

  it('asks nobody without a pinned root', async () => {
    expect(await run(ask.replace(' --root root.pub', ''))).toMatchObject({ code: 2, err: expect.stringContaining('--root') });
  });
});
