import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres } from './postgres.ts';

let directory: string;

beforeAll(async () => {
  // mkdtemp makes it 0700: where we are root, the server's own user cannot pass it without help.
  directory = await mkdtemp(join(tmpdir(), 'promotable-postgres-test-'));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function query<Row extends object>(uri: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: uri });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

test('a second start on the same directory finds the data and the password of the first', async () => {
  const dataDirectory = join(directory, 'kept');
  const first = await startPostgres({ dataDirectory });
  await query(await first.createDatabase('mc'), 'CREATE TABLE t AS SELECT 1 AS n');
  await first.stop();
  const second = await startPostgres({ dataDirectory });
  expect(await query(await second.createDatabase('mc'), 'SELECT n FROM t')).toEqual([{ n: 1 }]);
  expect(await query(second.uri, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  await second.stop();
  expect((await stat(join(dataDirectory, 'password'))).mode & 0o777).toBe(0o600);
  expect((await readFile(join(dataDirectory, 'password'), 'utf8')).length).toBeGreaterThanOrEqual(32);
});

test('it listens on the loopback address alone and refuses a wrong password', async () => {
  const server = await startPostgres();
  expect(await query(server.uri, `SHOW listen_addresses`)).toEqual([{ listen_addresses: '127.0.0.1' }]);
  await expect(query(server.uri.replace(/:[^:@/]+@/, ':wrong@'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  await server.stop();
  await expect(stat(server.dataDirectory)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('it does not outlive a parent that is killed with SIGKILL, and the next start on that directory has what was committed', async () => {
  const dataDirectory = join(directory, 'killed');
  const parent = spawn(process.execPath, ['--conditions=@promotable/source', '--input-type=module', '-e', holdServer, dataDirectory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const { uri } = JSON.parse(line.toString()) as { uri: string };
  await query(uri, 'CREATE TABLE t AS SELECT 7 AS n');
  const orphan = new pg.Client({ connectionString: uri });
  orphan.on('error', () => undefined);
  const cut = new Promise((done) => orphan.once('end', done));
  await orphan.connect();
  parent.kill('SIGKILL');
  await cut;
  const next = await startPostgres({ dataDirectory });
  expect(await query(next.uri, 'SELECT n FROM t')).toEqual([{ n: 7 }]);
  await next.stop();
});

const holdServer = `
  import { startPostgres } from ${JSON.stringify(new URL('./postgres.ts', import.meta.url).href)};
  const { uri } = await startPostgres({ dataDirectory: process.argv[1] });
  console.log(JSON.stringify({ uri }));
  setInterval(() => {}, 1000);
`;

test('a pid file left by a crash, whose number another program has now, is no obstacle', async () => {
  const dataDirectory = join(directory, 'crashed');
  await (await startPostgres({ dataDirectory })).stop();
  await writeFile(join(dataDirectory, 'cluster', 'postmaster.pid'), `${process.pid}\n`);
  await (await startPostgres({ dataDirectory })).stop();
});

test('a directory that another server uses is refused with DATA_IN_USE, and that server goes on', async () => {
  const dataDirectory = join(directory, 'used');
  const first = await startPostgres({ dataDirectory });
  await expect(startPostgres({ dataDirectory, previousServerMs: 0 })).rejects.toMatchObject({ code: 'DATA_IN_USE' });
  expect(await query(first.uri, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await first.stop();
});

test('two first starts at once on one directory leave one whole cluster', async () => {
  const dataDirectory = join(directory, 'raced');
  const both = await Promise.allSettled([1, 2].map(() => startPostgres({ dataDirectory, previousServerMs: 0 })));
  const running = both.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  expect(running).toHaveLength(1);
  expect(both.find((result) => result.status === 'rejected')).toMatchObject({ reason: { code: 'DATA_IN_USE' } });
  await running[0]?.stop();
  expect((await readdir(dataDirectory)).sort()).toEqual(['cluster', 'password']);
});

test('a taken port, a path below a file and an aborted start each say so by their code, in one line', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const file = join(directory, 'file');
  await writeFile(file, '');
  const faults = await Promise.allSettled([
    startPostgres({ port }),
    startPostgres({ dataDirectory: join(file, 'below') }),
    startPostgres({ signal: AbortSignal.abort() }),
  ]);
  const oneLine = expect.stringMatching(/^[^\n]+$/);
  expect(faults).toMatchObject([
    { status: 'rejected', reason: { code: 'PORT_TAKEN', message: oneLine } },
    { status: 'rejected', reason: { code: 'NOT_WRITABLE', message: oneLine } },
    { status: 'rejected', reason: { code: 'ABORTED', message: oneLine } },
  ]);
  taken.close();
});

test('a cluster of another version is refused with DATA_INCOMPATIBLE', async () => {
  const dataDirectory = join(directory, 'old');
  await (await startPostgres({ dataDirectory })).stop();
  await writeFile(join(dataDirectory, 'cluster', 'PG_VERSION'), '14\n');
  await expect(startPostgres({ dataDirectory })).rejects.toMatchObject({ code: 'DATA_INCOMPATIBLE' });
});

test('a directory without write permission is refused with NOT_WRITABLE', async () => {
  // Root may write everywhere but in the kernel's own file systems.
  const dataDirectory = process.getuid?.() === 0 ? '/sys/promotable' : join(directory, 'locked');
  if (process.getuid?.() !== 0) await mkdir(dataDirectory, { mode: 0o555 });
  await expect(startPostgres({ dataDirectory })).rejects.toMatchObject({
    code: 'NOT_WRITABLE',
    message: expect.stringMatching(/^[^\n]+$/),
  });
});
