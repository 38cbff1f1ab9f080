// The `mc` command from a build to a verdict and its proof, against Mission Control as a process that dies and comes back.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { fileDigest, localSigner } from '@promotable/attest';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stagePredicate } from './testing/mc-client.ts';
import { type Command, type CommandResult, mcIn } from './testing/mc-command.ts';
import { type McProcess, startMc } from './testing/mc-process.ts';
import { replayEveryDecision } from './testing/replay-every-decision.ts';
import { seal, statementText } from './testing/seal.ts';

const junit = (failures: number): string =>
  `<testsuite name="s" tests="2" failures="${failures}" errors="0" skipped="0" timestamp="${new Date(Date.now() - 60_000).toISOString()}" time="1"><testcase name="a" time="1"/><testcase name="b">${'<failure message="no"/>'.repeat(failures)}</testcase></testsuite>`;
const sbom = JSON.stringify({
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  components: [{ type: 'library', name: 'left', version: '1.0.0', purl: 'pkg:npm/left@1.0.0' }],
});
const release = '--service checkout --release 1.0.0';
const at20 = `${release} --environment production --stage 20`;

let database: TestDatabase;
let data: string;
let folder: string;
let mc: McProcess;
let run: Command;
let digest: string;

const start = (port = '0'): Promise<McProcess> =>
  startMc(['--data', data, '--port', port], { POSTGRES_URI: database.uri, PROMOTABLE_POLICY_LAYER: 'demo' });

beforeAll(async () => {
  database = await testDatabase();
  data = await mkdtemp(join(tmpdir(), 'promotable-cli-data-'));
  folder = await mkdtemp(join(tmpdir(), 'promotable-cli-'));
  mc = await start();
  const files = { 'junit.xml': junit(0), 'red.xml': junit(1), 'bom.json': sbom, 'app.tgz': 'the bytes of the release' };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  digest = `sha256:${await fileDigest(join(folder, 'app.tgz'))}`;
  const command = mcIn(folder);
  // `try` and `policy` speak to no server and know no --data.
  run = (line, world) => command(`${typeof line === 'string' ? line : line.join(' ')} --data ${data}`, world);
});
afterAll(async () => {
  await mc.end('SIGKILL');
  await replayEveryDecision(database.pool, data);
  await database.drop();
  await rm(data, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

const build = `evidence build ${release} --artifact app.tgz --sbom bom.json --junit junit.xml --run 7`;

const idOf = (answer: CommandResult): string => (answer.json() as unknown as { decision: { id: string } }).decision.id;

/** Publishes a window of the stage that ended just now, as the canary's own measurement would. */
async function publishWindow(p95Ms: number, endedMs: number, name: string): Promise<void> {
  const signer = localSigner(await readFile(join(data, 'keys/evidence.pem'), 'utf8'));
  const predicate = stagePredicate({ run: { provider: 'canary', id: name, attempt: 1 } }, endedMs) as {
    values: { slo: { canary: object } };
  };
  Object.assign(predicate.values.slo.canary, { p95Ms, p99Ms: p95Ms });
  const text = statementText(predicate, { subject: [{ digest: { sha256: digest.slice(7) }, name: 'app.tgz' }] });
  await writeFile(join(folder, name), JSON.stringify(await seal(text, signer)));
  expect((await run(`evidence publish ${name}`)).code).toBe(0);
}

async function flip(file: string, find: RegExp, put: (found: string) => string): Promise<void> {
  const text = await readFile(file, 'utf8');
  const changed = text.replace(find, put);
  expect(changed).not.toBe(text);
  await writeFile(file, changed);
}

describe('mc, from a build to its proof', () => {
  let decisionId = '';

  it('builds, publishes once, says duplicate, and shows what is on record', async () => {
    const built = await run(`${build} --out a.json --json`);
    expect([built.code, built.json()]).toMatchObject([0, { file: 'a.json', samples: { sbom: 1, tests: 2 } }]);
    const first = await run('evidence publish a.json --json');
    expect([first.code, first.err, first.json()]).toMatchObject([0, '', [{ outcome: 'accepted', receipt: { ledgerPosition: null } }]]);
    const second = await run('evidence publish a.json --json');
    expect([second.code, second.json()]).toMatchObject([0, [{ outcome: 'duplicate' }]]);
    const status = await run(`evidence status ${release} --json`);
    expect([status.code, (status.json() as unknown as object[]).length]).toEqual([0, 1]);
    expect((await run(`evidence status ${release}`)).out).toMatch(/build +sbom, tests +signed/);
    expect(await run('evidence status --service checkout --release never --json')).toMatchObject({ code: 0, out: '[]\n' });
  });

  it('refuses each record by itself, in one JSON document', async () => {
    await writeFile(join(folder, 'other.tgz'), 'other bytes');
    await run(`evidence build ${release} --artifact other.tgz --sbom bom.json --run 8 --out foreign.json`);
    const { code, err, json } = await run('evidence publish foreign.json a.json --json');
    expect([code, json()]).toMatchObject([
      2,
      [{ file: 'foreign.json', outcome: 'refused', error: { code: 'RELEASE_DIGEST_CONFLICT' } }, { outcome: 'duplicate' }],
    ]);
    expect(err).toMatch(/^mc: RELEASE_DIGEST_CONFLICT: .*\n {2}\/bundle: /);
  });

  it('holds with 3, passes with 0 once the window is there, and never answers for another stage or other bytes', async () => {
    const held = await run(`gate rollout ${at20} --digest ${digest} --json`);
    expect([held.code, held.json()]).toMatchObject([3, { verdict: 'hold', source: 'mc' }]);
    // What `explain` says to type next works as typed.
    const { nextCommand } = (await run(`decision explain ${idOf(held)} --json`)).json() as unknown as { nextCommand: string };
    expect(nextCommand).toMatch(/^mc gate rollout .* --wait 10m$/);
    const startedAt = Date.now();
    const waiting = run(`${nextCommand.slice('mc '.length)} --poll 200ms --json`);
    await vi.waitUntil(() => Date.now() - startedAt > 9_200, { timeout: 15_000 });
    await publishWindow(40, 100, 'good.json');
    const passed = await waiting;
    expect([passed.code, passed.json()]).toMatchObject([0, { verdict: 'pass', source: 'mc', reasons: [] }]);
    decisionId = idOf(passed);
    expect(passed.err).toMatch(/^mc: held: /);
    const inWords = await run(`gate rollout ${at20} --digest ${digest}`);
    expect(inWords.out).toMatch(/^PASS: .*\n {2}measured: p95 40 ms \(budget 350 ms\) · errors 0 % \(budget 2 %\) · \d+ requests in 8 s/);
    expect((await run(`gate rollout ${at20.replace('--stage 20', '--stage 50')} --digest ${digest}`)).code).toBe(3);
    expect(await run(`gate rollout ${at20} --digest sha256:${'b'.repeat(64)}`)).toMatchObject({
      code: 1,
      out: expect.stringContaining('DIGEST_MISMATCH'),
    });
    expect((await run(`gate rollout ${at20}`)).code).toBe(3);
  });

  it('exports a decision that openssl verifies, and verifies and explains it online', async () => {
    const exported = await run(`decision export ${decisionId} --out exported --json`);
    expect(exported.code).toBe(0);
    const { openssl } = exported.json() as unknown as { openssl: string };
    const [command = '', ...args] = openssl.split(' ');
    const said = await new Promise<string>((resolve, reject) =>
      execFile(command, args, (error, stdout) => (error ? reject(new Error('openssl refused it', { cause: error })) : resolve(stdout))),
    );
    expect(said).toContain('Verified OK');
    expect(await run(`decision verify ${decisionId}`)).toMatchObject({ code: 0, out: expect.stringContaining('genuine') });
    expect((await run(`decision explain ${decisionId} --json`)).json()).toMatchObject({ verdict: 'pass', replayed: 'equal' });
  });

  it('decides in shadow apart from what is enforced, exits with the verdict all the same, and takes it for no proof unless asked to', async () => {
    const shadow = await run(`gate rollout ${at20} --digest ${digest} --shadow --json`);
    expect(shadow).toMatchObject({ code: 3 });
    expect(shadow.json()).toMatchObject({ verdict: 'hold', decision: { mode: 'shadow' } });
    expect((await run(`gate rollout ${at20} --digest ${digest} --shadow`)).out).toMatch(/^IN SHADOW/);
    expect((await run(`gate rollout ${at20} --digest ${digest} --json`)).json()).toMatchObject({ decision: { mode: 'enforced' } });
    const id = idOf(shadow);
    expect(await run(`decision verify ${id}`)).toMatchObject({ code: 3, err: expect.stringContaining('shadow') });
    expect(await run(`decision verify ${id} --shadow`)).toMatchObject({ code: 0, out: expect.stringContaining('in shadow') });
    expect((await run(`decision explain ${id}`)).out).toContain('(rollout, in shadow)');
    expect((await run(`gate rollout ${at20} --shadow --dry-run`)).code).toBe(2);
  });

  it('shows what may be gone back to, as MC signs it for gates that cannot reach it', async () => {
    const listed = await run('gate proven --service checkout --environment production --json');
    expect(listed.json()).toMatchObject({ list: { service: 'checkout', environment: 'production', revision: 1, proven: [], revoked: [] } });
    expect((await run('gate proven --service checkout --environment production')).out).toContain('Nothing to go back to.');
  });

  it('fails with 1 when a window is over twice the budget, and explains that with 1', async () => {
    await publishWindow(900, 0, 'bad.json');
    const failed = await run(`gate rollout ${at20} --digest ${digest} --json`);
    expect([failed.code, failed.json()]).toMatchObject([1, { verdict: 'fail' }]);
    const id = idOf(failed);
    expect((await run(`decision export ${id} --out failed`)).code).toBe(0);
    expect((await run(`decision explain ${id}`)).code).toBe(1);
  });

  it('exports and verifies both logs, from a file and live, against a checkpoint that left the database', async () => {
    for (const stream of ['evidence', 'decision']) {
      const checkpoint = join(data, 'checkpoints', 'local', `${stream}.json`);
      await vi.waitFor(
        async () => {
          const live = await run(`ledger verify --stream ${stream} --checkpoint ${checkpoint} --json`);
          expect([live.code, live.json()]).toMatchObject([0, [{ ok: true, unsealed: 0 }]]);
        },
        { timeout: 10_000 },
      );
      const exported = await run(`ledger export --stream ${stream} --out ${stream}.jsonl --json`);
      expect([exported.code, exported.json()]).toMatchObject([0, { file: `${stream}.jsonl` }]);
      const fromFile = await run(`ledger verify ${stream}.jsonl --stream ${stream} --checkpoint ${checkpoint}`);
      expect([fromFile.code, fromFile.out]).toEqual([0, expect.stringContaining('whole')]);
      expect(fromFile.out).toContain('proven up to record');
    }
    const toStdout = await run('ledger export --stream evidence');
    expect(toStdout.out).toBe(await readFile(join(folder, 'evidence.jsonl'), 'utf8'));
  });

  it('names the record of an altered byte, and finds what is missing, with 1', async () => {
    const lines = (await readFile(join(folder, 'evidence.jsonl'), 'utf8')).trimEnd().split('\n');
    const second = lines.findIndex((line) => line.includes('"position":2,'));
    lines[second] = (lines[second] ?? '').replace('checkout', 'checkouT');
    await writeFile(join(folder, 'altered.jsonl'), `${lines.join('\n')}\n`);
    const altered = await run('ledger verify altered.jsonl');
    expect([altered.code, altered.out]).toEqual([1, expect.stringMatching(/NOT WHOLE[\s\S]*x record 2 HASH_MISMATCH/)]);
    await writeFile(
      join(folder, 'short.jsonl'),
      (await readFile(join(folder, 'evidence.jsonl'), 'utf8')).split('\n').slice(0, 2).join('\n'),
    );
    expect((await run('ledger verify short.jsonl --json')).json()).toMatchObject([{ ok: false }]);
    // A whole log of the other name does not answer for this one.
    expect((await run('ledger verify decision.jsonl --stream evidence')).code).toBe(1);
    expect((await run(`ledger verify decision.jsonl --checkpoint ${join(data, 'checkpoints/local/evidence.json')}`)).code).not.toBe(0);
  });

  it('with MC away: holds or bridges by a verified pass, spools, verifies and explains from files alone', async () => {
    await run(`${build.replace('--run 7', '--run 9')} --out late.json`);
    const { port } = new URL(mc.url);
    await mc.end('SIGKILL');
    expect((await run(`gate rollout ${at20} --digest ${digest} --json`)).json()).toMatchObject({
      verdict: 'hold',
      reasons: [{ code: 'MC_UNREACHABLE' }],
    });
    const spooled = await run('evidence publish late.json --attempts 2 --timeout 2s --json');
    expect([spooled.code, spooled.json()]).toMatchObject([3, [{ outcome: 'spooled', error: { code: 'MC_UNREACHABLE' } }]]);
    expect((await run('evidence replay --attempts 1 --json')).json()).toMatchObject({ accepted: 0, remaining: 1 });
    expect(await run('ledger verify')).toMatchObject({ code: 3, out: '', err: expect.stringContaining('mc: MC_UNREACHABLE') });
    expect((await run(`ledger verify evidence.jsonl --keys exported/keys.json`)).code).toBe(0);
    expect((await run('decision verify exported --json')).json()).toMatchObject({ verified: true, decision: { verdict: 'pass' } });
    expect((await run('decision explain exported')).code).toBe(0);
    expect((await run('decision explain failed')).code).toBe(1);
    mc = await start(port);
    const replayed = await run('evidence replay --json');
    expect([replayed.code, replayed.json()]).toMatchObject([0, { accepted: 1, remaining: 0, stopped: null }]);
    expect((await run('evidence replay')).out).toContain('empty');
  });

  it.each<[string, RegExp, RegExp, (found: string) => string]>([
    [
      'the signature in decision.json',
      /decision\.json/,
      /"sig": "[^"]{20}/,
      (text) => text.replace(/.$/, (letter) => (letter === 'A' ? 'B' : 'A')),
    ],
    [
      'the payload in decision.json',
      /decision\.json/,
      /"payload": "[^"]{200}/,
      (text) => text.replace(/.$/, (letter) => (letter === 'A' ? 'B' : 'A')),
    ],
    ['the facts in decision.json', /decision\.json/, /"components": 1/, () => '"components": 2'],
    ['the policy in decision.json', /decision\.json/, /"p95BudgetMs": 350/, () => '"p95BudgetMs": 3500'],
    [
      'the key set in keys.json',
      /keys\.json/,
      /"payload": "[^"]{200}/,
      (text) => text.replace(/.$/, (letter) => (letter === 'A' ? 'B' : 'A')),
    ],
    ['the end of decision.json', /decision\.json/, /\}\s*$/, () => ''],
  ])('one altered byte of %s is refused, and no verdict comes of it', async (_what, file, find, put) => {
    const copy = `copy-${_what.replace(/\W+/g, '-')}`;
    await cp(join(folder, 'exported'), join(folder, copy), { recursive: true });
    await flip(join(folder, copy, file.source.replace('\\', '')), find, put);
    const explained = await run(`decision explain ${copy} --json`);
    expect([2, 3]).toContain(explained.code);
    const verified = await run(`decision verify ${copy} --json`);
    // Whose the policy is shows when the decision is made again.
    if (_what.startsWith('the policy')) expect(explained.json()).toMatchObject({ replayed: 'different' });
    else expect([[2, 3].includes(verified.code), typeof verified.json().error?.code]).toEqual([true, 'string']);
  });
});
