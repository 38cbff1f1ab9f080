// Bad input for every `mc` command: exit code 2, one line with a stable code, every fault below it, and nothing but JSON on stdout.
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Command, mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';
import { buildPredicate } from './testing/mc-client.ts';

const junit =
  '<testsuite name="s" tests="1" failures="0" errors="0" skipped="0" timestamp="2026-11-20T10:00:00Z" time="1"><testcase name="a" time="1"/></testsuite>';
const release = '--service checkout --release 1.0.0';
const ask = `gate rollout ${release} --environment production --stage 20`;
const build = `evidence build ${release} --artifact good.txt --junit good.xml --run 7 --key key.pem --out out.json`;

let mc: RunningMc;
let folder: string;
let run: Command;
let decisionId: string;

beforeAll(async () => {
  mc = await runMissionControl();
  folder = await mkdtemp(join(tmpdir(), 'promotable-bad-cli-'));
  decisionId = String((await mc.client.ask({})).body['decisionId']);
  const files = {
    'good.txt': 'bytes',
    'good.xml': junit,
    'good.json': JSON.stringify(await mc.client.sign(buildPredicate())),
    'key.pem': await readFile(join(mc.data, 'keys/evidence.pem'), 'utf8'),
    'keys.json': await (await fetch(`${mc.url}/.well-known/promotable/keys.json`)).text(),
    'root.pub': await readFile(join(mc.data, 'root.pub'), 'utf8'),
    empty: '',
    truncated: '{"keySet":',
    'wrong.json': '{"hello":["world"]}',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'binary'), Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)));
  await mkdir(join(folder, 'folder'));
  await symlink(join(folder, 'nowhere'), join(folder, 'dangling'));
  const command = mcIn(folder);
  run = (line, world) => command([...(typeof line === 'string' ? line.split(' ') : line), '--data', mc.data], world);
});
afterAll(async () => {
  await mc.end();
  await rm(folder, { recursive: true, force: true });
});

const files = ['missing', 'empty', 'binary', 'folder', 'dangling', 'truncated', 'wrong.json'];
/** Every place where a command reads a file; the name goes where FILE stands. */
const readers = [
  'evidence publish FILE',
  'evidence publish good.json FILE',
  `${build} --sbom FILE`,
  `${build} --junit FILE`,
  `${build} --key FILE`,
  'decision verify FILE',
  'decision explain FILE',
  `ledger verify FILE`,
  'ledger verify --checkpoint FILE',
  'ledger verify --keys FILE',
  'ledger verify --root FILE',
  `${ask} --root FILE`,
  `${ask} --token-file FILE`,
  `evidence status ${release} --token-file FILE`,
  'evidence publish good.json --token-file FILE',
  'evidence replay --token-file FILE',
  `ledger export --token-file FILE`,
  `${ask} --state FILE`,
];
const fine = new Set([
  // A state that is not there yet begins with this answer; a link to nowhere is replaced by it.
  `${ask} --state missing`,
  `${ask} --state dangling`,
]);
const cases = readers.flatMap((line) => files.map((file) => line.replace('FILE', file))).filter((line) => !fine.has(line));

/** Exit code 2, or 1 where a ledger is judged; one line with the code, one per fault; JSON alone on stdout. */
async function refused(line: string, wanted = 2): Promise<{ code: string; paths: string[] }> {
  const plain = await run(line);
  expect([plain.code, plain.out], plain.err).toEqual([wanted, '']);
  const [first = '', ...rest] = plain.err.trimEnd().split('\n');
  expect(first).toMatch(/^mc: [A-Z][A-Z_]+: \S/);
  for (const fault of rest) expect(fault).toMatch(/^ {2}\S+: /);
  expect(plain.err).not.toMatch(/\n\s+at |node:|(?<!received )undefined|\[object|INTERNAL/);
  const { out, json } = await run(`${line} --json`);
  const { error } = json();
  expect(out.trim()).toMatch(/^\{[\s\S]*\}$/);
  expect(first).toContain(`mc: ${error?.code}: `);
  expect(rest).toHaveLength(error?.faults.length ?? -1);
  return { code: error?.code ?? '', paths: (error?.faults ?? []).map(({ path }) => path) };
}

describe('a file that is none', () => {
  it.each(cases)('mc %s', async (line) => {
    if (/^ledger verify (empty|binary|truncated|wrong\.json)$/.test(line)) {
      // It can be read, and is judged: no whole ledger.
      const { code, json, out } = await run(`${line} --json`);
      expect([code, json()], out).toMatchObject([1, [{ ok: false, faults: [{ code: 'HEADER_INVALID' }] }]]);
    } else if (line === 'ledger verify --checkpoint wrong.json') {
      const { code, json } = await run(`${line} --json`);
      expect([code, json()]).toMatchObject([1, [{ ok: false }, { ok: false }]]);
    } else await refused(line);
  });

  it('leaves nothing half done', async () => {
    await expect(readFile(join(folder, 'out.json'))).rejects.toThrow();
    expect(await mc.client.list('1.0.0')).toEqual([]);
  });
});

describe('a wrong option', () => {
  it.each<[string, string, string[]?]>([
    [`${ask} --wait soon`, 'USAGE'],
    [`${ask} --wait -5m`, 'USAGE'],
    [`${ask} --wait 5`, 'USAGE'],
    [`${ask} --poll 0s`, 'USAGE'],
    ['evidence publish good.json --timeout never', 'USAGE'],
    ['evidence publish good.json --attempts 0', 'USAGE'],
    ['evidence publish good.json --attempts many', 'USAGE'],
    ['evidence publish good.json good.json --idempotency-key k', 'USAGE'],
    [`evidence status ${release} --first 0`, 'USAGE'],
    [`evidence status ${release} --first x`, 'USAGE'],
    ['evidence publish', 'USAGE'],
    ['decision export', 'USAGE'],
    ['decision export nothing', 'USAGE'],
    ['decision verify ../../etc/passwd-of-nobody', 'USAGE'],
    ['decision explain 00000000-0000-0000-0000-000000000000', 'NOT_FOUND'],
    ['ledger verify --stream nothing', 'NOT_FOUND'],
    ['ledger export --stream ../../v1/decisions', 'NOT_FOUND'],
    ['ledger verify --postgres postgres://127.0.0.1:1/x', 'USAGE'],
    ['gate rollout', 'USAGE', ['--service', '--environment', '--stage']],
    ['evidence build', 'USAGE', ['--service', '--run', '--out']],
    ['evidence status', 'USAGE', ['--service']],
    ['evidence publish good.json --bogus', 'USAGE'],
    ['evidence bogus', 'USAGE'],
    ['bogus', 'USAGE'],
    [
      `gate rollout --service a/b --release -x --environment ! --stage 200 --digest md5:1 --pod-template-hash ?`,
      'INVALID_QUESTION',
      ['/digests/0', '/environment', '/podTemplateHash', '/releaseId', '/service', '/stage'],
    ],
    ...['ftp://x', 'nonsense', 'http://', 'file:///etc/passwd', 'javascript:1', 'http://user:hunter2@127.0.0.1'].flatMap(
      (url): [string, string][] =>
        [
          ask,
          'evidence publish good.json',
          'evidence replay',
          `evidence status ${release}`,
          'ledger verify',
          'ledger export',
          `decision verify ${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`,
        ].map((line): [string, string] => [`${line} --url ${url}`, 'CONFIGURATION']),
    ),
  ])('mc %s → %s', async (line, code, paths) => {
    const said = await refused(line);
    expect(said.code).toBe(code);
    if (paths !== undefined) expect([...said.paths].sort()).toEqual([...paths].sort());
    expect((await run(line)).err).not.toContain('hunter2');
  });
});

describe('a place that cannot be written', () => {
  it.each([
    `${build.replace('out.json', 'PLACE/out.json')}`,
    'ledger export --out PLACE/out.jsonl',
    'decision export DECISION --out PLACE/out',
    'evidence publish good.json --spool PLACE/spool',
    'evidence publish good.json --spool PLACE/spool.sqlite',
    'evidence replay --spool PLACE/spool',
    `${ask} --state PLACE/state.json`,
  ])('mc %s', async (line) => {
    // A file where a folder is needed, a link to nowhere, and file systems that allow no folder.
    for (const place of ['good.txt', 'dangling', '/proc', '/proc/nowhere', '/dev/null'])
      expect((await refused(line.replace('PLACE', place).replace('DECISION', decisionId))).code).toMatch(
        /^(FILE|STATE)_NOT_WRITABLE$|^SPOOL_UNAVAILABLE$/,
      );
  });
});

describe('the wrong caller', () => {
  it.each([`evidence status ${release}`, 'ledger verify', 'ledger export', 'evidence publish good.json'])(
    'mc %s with a token that MC refuses ends with 2, and the token is not shown',
    async (line) => {
      await writeFile(join(folder, 'token'), 'abc.def.ghi');
      const { code, err, out } = await run(`${line} --token-file token`);
      expect([code, err]).toEqual([2, expect.stringContaining('401')]);
      expect(err + out).not.toContain('abc.def');
    },
  );

  it('mc gate with a token that MC refuses holds', async () => {
    await writeFile(join(folder, 'token'), 'abc.def.ghi');
    const { code, json } = await run(`${ask} --token-file token --json`);
    expect([code, json()]).toMatchObject([3, { verdict: 'hold', reasons: [{ code: 'UNAUTHENTICATED' }] }]);
  });
});

describe('whoever answers instead of MC', () => {
  const answers: Record<string, [status: number, type: string, body: string]> = {
    'an HTML page': [200, 'text/html', '<html><body>Sign in</body></html>'],
    'an empty body': [200, 'application/json', ''],
    'other JSON': [200, 'application/json', '{"ok":true}'],
    'a 502 page': [502, 'text/html', '<html>Bad gateway</html>'],
    'a redirect': [302, 'text/html', ''],
  };
  let liar: Server;
  let url: string;
  let answer: [number, string, string] = [200, 'text/plain', ''];
  const asked: string[] = [];
  beforeAll(async () => {
    liar = createServer((request, response) => {
      asked.push(String(request.headers.authorization));
      response.writeHead(answer[0], { 'content-type': answer[1], location: 'http://127.0.0.1:1/' }).end(answer[2]);
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => liar.close(resolve)));

  it.each(Object.keys(answers))('%s is never a verdict, a receipt, a proof or a whole ledger', async (kind) => {
    answer = answers[kind] as typeof answer;
    const world = `--url ${url} --token-file ${join(mc.data, 'tokens/reader')} --root root.pub`;
    for (const line of [
      ask,
      `evidence status ${release}`,
      `decision verify ${decisionId}`,
      `decision export ${decisionId}`,
      'ledger verify',
      'evidence publish good.json --attempts 1',
    ]) {
      const { code, out, err } = await run(`${line} ${world} --json`);
      expect([line, [2, 3].includes(code)], out + err).toEqual([line, true]);
      expect(err).not.toMatch(/INTERNAL|TypeError|(?<!received )undefined/);
      expect(() => JSON.parse(out) as unknown).not.toThrow();
    }
  });

  it('never gets the token that belongs to the local MC', async () => {
    asked.length = 0;
    for (const line of [ask, `evidence status ${release}`, 'ledger verify', 'evidence publish good.json --attempts 1'])
      expect((await run(`${line} --url ${url}`)).code).toBeGreaterThan(1);
    expect(asked.filter((authorization) => authorization !== 'undefined')).toEqual([]);
  });

  it('cannot hand out another genuine decision than the one asked for', async () => {
    const other = String((await mc.client.ask({ stage: '50' })).body['decisionId']);
    const swapping: typeof fetch = (input, init) => fetch(String(input).replace(decisionId, other), init);
    for (const command of ['verify', 'explain', 'export']) {
      const { code, err } = await run(`decision ${command} ${decisionId}`, { fetch: swapping });
      expect([code, err]).toEqual([3, expect.stringContaining('MC_REFUSED')]);
    }
  });
});
