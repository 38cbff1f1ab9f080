// A Mission Control that worked, was copied, worked on, and comes back on the copy: what a restore from a backup is.
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createJsonLog } from '@promotable/server-kit';
import { testDatabase } from '@promotable/services';
import pg from 'pg';
import { vi } from 'vitest';
import { readConfiguration } from '../configuration.ts';
import { type MissionControl, startMissionControl } from '../mission-control.ts';
import { buildPredicate, type McClient, mcClient } from './mc-client.ts';
import { replayEveryDecision } from './replay-every-decision.ts';

export interface StartedMc extends MissionControl {
  readonly client: McClient;
}

export interface Past {
  /** A fresh copy of the data directory, its checkpoints of the newest state. */
  copyOfData(): Promise<string>;
  /** URI of a fresh copy of the database, as it was once upon a time. */
  restore(state: 'older' | 'newest'): Promise<string>;
  start(data: string, uri: string, ...flags: string[]): Promise<StartedMc>;
  forget(): Promise<void>;
}

type Work = (mc: StartedMc, data: string) => Promise<void>;

/** Two releases are on record in the older state and two more in the newest; `work` is what happens besides. */
export async function createPast(work: { readonly whenOlder: Work; readonly whenNewest: Work }): Promise<Past> {
  const database = await testDatabase();
  const admin = new pg.Client({ connectionString: withName(database.uri, 'postgres') });
  await admin.connect();
  const temporary: string[] = [];
  const databases: string[] = [];
  const started: MissionControl[] = [];
  const origin = new URL(database.uri).pathname.slice(1);

  const start = async (data: string, uri: string, ...flags: string[]): Promise<StartedMc> => {
    const configuration = readConfiguration(['--data', data, '--port', '0', ...flags], {
      POSTGRES_URI: uri,
      PROMOTABLE_POLICY_LAYER: 'demo',
    });
    const mc = await startMissionControl(configuration, { log: createJsonLog({ level: 'silent' }) });
    started.push(mc);
    return { ...mc, client: await mcClient(mc.url, data) };
  };
  const folder = async (): Promise<string> => {
    const made = await mkdtemp(join(tmpdir(), 'promotable-past-'));
    temporary.push(made);
    return made;
  };
  const copy = async (from: string): Promise<string> => {
    const name = `${origin}_${databases.length}`;
    await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)} TEMPLATE ${admin.escapeIdentifier(from)}`);
    databases.push(name);
    return name;
  };

  const data = await folder();
  const live = async (releases: string[], then: Work): Promise<void> => {
    const mc = await start(data, database.uri);
    for (const releaseId of releases) await mc.client.publish(await mc.client.sign(buildPredicate({ releaseId })), { releaseId });
    await then(mc, data);
    for (const stream of ['evidence', 'decision']) await vi.waitUntil(() => isExported(mc, data, stream), { timeout: 10_000 });
    await mc.stop();
  };
  await live(['0.1.0', '0.2.0'], work.whenOlder);
  const older = await copy(origin);
  await live(['1.0.0', '2.0.0'], work.whenNewest);
  return {
    start,
    async copyOfData() {
      const made = await folder();
      await cp(data, made, { recursive: true });
      return made;
    },
    restore: async (state) => withName(database.uri, await copy(state === 'older' ? older : origin)),
    async forget() {
      await Promise.all(started.map((mc) => mc.stop()));
      for (const name of [origin, ...databases]) await replayIn(withName(database.uri, name), data);
      for (const name of databases.reverse()) await admin.query(`DROP DATABASE ${admin.escapeIdentifier(name)} WITH (FORCE)`);
      await admin.end();
      await database.drop();
      await Promise.all(temporary.map((path) => rm(path, { recursive: true, force: true })));
    },
  };
}

/** Whether every record of a stream is sealed and covered by the exported checkpoint. */
export async function isExported({ client }: StartedMc, data: string, stream: string): Promise<boolean> {
  const [header] = (await (await client.get(`/v1/ledger/${stream}/export`)).text()).split('\n');
  const { position, unsealed } = JSON.parse(header ?? '') as { position: number; unsealed: number };
  return unsealed === 0 && (await exportedCheckpoint(data, stream))?.position === position;
}

/** What the latest exported checkpoint says; null = there is none. */
export async function exportedCheckpoint(data: string, stream: string): Promise<{ position: number; epoch: string } | null> {
  try {
    const { dsseEnvelope } = JSON.parse(await readFile(join(data, 'checkpoints', 'local', `${stream}.json`), 'utf8')) as {
      dsseEnvelope: { payload: string };
    };
    return (JSON.parse(Buffer.from(dsseEnvelope.payload, 'base64').toString()) as { predicate: { position: number; epoch: string } })
      .predicate;
  } catch {
    return null;
  }
}

function withName(uri: string, name: string): string {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.href;
}

async function replayIn(uri: string, data: string): Promise<void> {
  const client = new pg.Client({ connectionString: uri });
  await client.connect();
  try {
    await replayEveryDecision(client, data);
  } finally {
    await client.end();
  }
}
