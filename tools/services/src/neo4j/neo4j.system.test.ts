import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import neo4j, { type Driver } from 'neo4j-driver';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killServer } from '../process/kill-server.fixture.ts';
import { type Neo4j, startNeo4j } from './neo4j.ts';

let directory: string;
let dataDirectory: string;
let server: Neo4j;
let driver: Driver;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-neo4j-test-'));
  // Whatever the start makes for itself it makes in here, where the last test looks for what is left.
  process.env['TMPDIR'] = directory;
  dataDirectory = join(directory, 'kept');
  await start();
}, 200_000);

afterAll(async () => {
  await driver.close();
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

async function start(): Promise<void> {
  server = await startNeo4j({ dataDirectory });
  driver = neo4j.driver(server.uri, neo4j.auth.basic(server.user, server.password));
}

test('it speaks Bolt, keeps a composite key unique and compares dates', async () => {
  const { protocolVersion, agent } = await driver.getServerInfo();
  expect(agent).toBe('Neo4j/5.26.30');
  expect(String(protocolVersion?.toString())).toMatch(/5\.8/);
  await driver.executeQuery('CREATE CONSTRAINT signal_identity FOR (s:Signal) REQUIRE (s.tenant, s.id) IS UNIQUE');
  const create = `CREATE (:Signal {tenant: $tenant, id: '1', ts: datetime($ts)})`;
  await driver.executeQuery(create, { tenant: 'a', ts: '2026-01-01T00:00:00Z' });
  await driver.executeQuery(create, { tenant: 'b', ts: '2026-01-02T00:00:00Z' });
  await expect(driver.executeQuery(create, { tenant: 'a', ts: '2026-01-03T00:00:00Z' })).rejects.toMatchObject({
    code: 'Neo.ClientError.Schema.ConstraintValidationFailed',
  });
  const { records } = await driver.executeQuery('MATCH (s:Signal) WHERE s.ts > datetime($from) RETURN s.tenant AS tenant', {
    from: '2026-01-01T12:00:00Z',
  });
  expect(records.map((record) => record.get('tenant'))).toEqual(['b']);
});

test('a wrong password is refused', async () => {
  const stranger = neo4j.driver(server.uri, neo4j.auth.basic(server.user, 'wrong-password'));
  await expect(stranger.getServerInfo()).rejects.toMatchObject({ code: 'Neo.ClientError.Security.Unauthorized' });
  await stranger.close();
});

test('a directory that another server uses is refused with DATA_IN_USE, and that server goes on', async () => {
  await expect(startNeo4j({ dataDirectory })).rejects.toMatchObject({
    code: 'DATA_IN_USE',
    message: expect.stringContaining(dataDirectory),
  });
  expect((await driver.executeQuery('RETURN 1 AS n')).records[0]?.get('n').toNumber()).toBe(1);
}, 200_000);

test('what was committed is there after the server was killed with SIGKILL, under the same password', async () => {
  await driver.executeQuery('UNWIND range(1, 500) AS n CREATE (:Kept {n: n})');
  killServer(`--home-dir=${dataDirectory}`);
  await driver.close();
  await server.stop();
  const { password } = server;
  await start();
  expect(server.password).toBe(password);
  const { records } = await driver.executeQuery('MATCH (k:Kept) RETURN count(k) AS n');
  expect(records[0]?.get('n').toNumber()).toBe(500);
}, 200_000);

test('after stop nobody listens on its port, and only the data directory is left', async () => {
  await driver.close();
  await server.stop();
  await expect(driver.getServerInfo()).rejects.toThrow();
  expect(await readdir(directory)).toEqual(['kept']);
});
