// Mission Control, started and stopped: keys, policy, database, modules, server, sequencer, in this order and back.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Clock } from '@promotable/contracts';
import { gateMigrations } from '@promotable/gate/postgres';
import { governanceMigrations } from '@promotable/governance/postgres';
import { createSequencer } from '@promotable/ledger';
import { notifyMigrations } from '@promotable/notify/postgres';
import { createPostgresLedger, ledgerMigrations, postgresTransactor } from '@promotable/ledger/postgres';
import { evidenceChanges, evidenceMigrations } from '@promotable/sdk-evidence/server/postgres';
import {
  createServer,
  type createJsonLog,
  oidcAuthenticator,
  type Server,
  type ServerModule,
  type ServerOptions,
  type TraceSampling,
} from '@promotable/server-kit';
import { tokenMigrations } from '@promotable/server-kit/tokens';
import { type Access, createAccess } from './access.ts';
import { announcePolicy, loadConfiguredPolicy } from './active-policy.ts';
import { postgresChangeFeed } from './change-feed.ts';
import { exportingCheckpoints } from './checkpoint-export.ts';
import type { Configuration } from './configuration.ts';
import { type Database, openDatabase } from './database.ts';
import { databaseReadiness } from './database-readiness.ts';
import { announcingLedger } from './console/announcing-ledger.ts';
import { createConsole } from './console/console-module.ts';
import { exceptionWords } from './exception-words.ts';
import { openLogin } from './console/open-login.ts';
import { ensureDevelopmentKeys, renewDevelopmentKeySet } from './development-keys.ts';
import { type KeyDirectory, openKeyDirectory } from './key-directory.ts';
import { refusingTransactor, settleLedger } from './ledger-loss.ts';
import { writeLocalConnection } from './local-connection.ts';
import { ensureDirectory, resetData } from './local-files.ts';
import { createModules } from './modules.ts';
import { createNotifications } from './notifications.ts';
import { retentionMigrations } from './retention/retention-migrations.ts';
import { createUpkeep } from './upkeep.ts';

/** Schemas in the order in which they are brought up to date. */
const migrations = [
  ledgerMigrations,
  tokenMigrations,
  evidenceMigrations,
  gateMigrations,
  governanceMigrations,
  notifyMigrations,
  retentionMigrations,
];
/** A bundle of 1 MiB in base64, and the frame around it. */
const bodyBytes = 2_097_152;

export interface MissionControl {
  readonly url: string;
  /** What an operator should know about the ledger, in one line; null = all is well. */
  readonly notice: string | null;
  /** Finishes what is under way, then ends everything that was started; once, however often called. */
  stop(): Promise<void>;
}

export interface MissionControlOptions {
  readonly log: ReturnType<typeof createJsonLog>;
  /** @default the system's clocks */
  readonly clock?: Clock;
  /** Which traces that begin here are recorded. @default the program's tracer is asked about each request */
  readonly sampling?: TraceSampling;
  /** Ends the start of an embedded PostgreSQL, and that server. @default none */
  readonly signal?: AbortSignal;
  /** How often keys, key set and trust policy are read anew, milliseconds. @default 10_000 */
  readonly readKeysMs?: number;
}

const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** Starts MC and answers once it listens. Throws coded errors whose message is one line that says what to do. */
export async function startMissionControl(
  configuration: Configuration,
  { log, clock = systemClock, sampling, signal, readKeysMs }: MissionControlOptions,
): Promise<MissionControl> {
  await ensureDirectory(configuration.data);
  if (configuration.reset) await resetData(configuration.data);
  const keys = await openKeys(configuration, clock);
  const policy = await loadConfiguredPolicy(configuration);
  const database = await openDatabase(configuration, { migrations, logger: log, signal });
  let server: Server | null = null;
  try {
    const { pool } = database;
    const directory = join(configuration.data, 'checkpoints');
    const ledger = announcingLedger(exportingCheckpoints(createPostgresLedger({ pool }), directory, log), pool, log);
    const sequencer = createSequencer({
      ledger,
      signer: keys.checkpoint,
      clock,
      onError: (error, stream) => log.error({ err: error, stream }, 'sealing failed; it is tried again'),
    });
    const standing = await settleLedger({ directory, ledger, transactor: postgresTransactor(pool), sequencer, keys, clock }, configuration);
    const transactor = standing.readOnly ? refusingTransactor : postgresTransactor(pool);
    const notifications = createNotifications(configuration, { pool, clock, log });
    const records = [exceptionWords({ pool, notifications, clock })];
    const access = createAccess(configuration, { pool, transactor, ledger, keys, clock, log, records });
    const { tokens, people } = access;
    const upkeep = createUpkeep({ configuration, keys, tokens, clock, log, readKeysMs });
    const parts = { pool, ledger, standing, keys, policy, notifications, clock, log };
    const { modules, gateStore, stores } = createModules(configuration, parts);
    if (!standing.readOnly) await announcePolicy(gateStore, policy, configuration.activatePolicy);
    const base = () => configuration.publicUrl ?? server?.url ?? '';
    const login = await openLogin(configuration, base);
    const { production } = configuration;
    const console = createConsole({ stores, pool, clock, log, people, production, base, login });
    // Modules close in reverse order: the sequencer before the database that it writes to.
    const storage: ServerModule = {
      name: 'storage',
      readiness: databaseReadiness(pool, migrations, clock),
      onClose: () => database.close(),
    };
    const background: ServerModule = {
      name: 'background',
      onClose() {
        upkeep.stop();
        return sequencer.stop();
      },
    };
    server = await createServer({
      ...serverOptions(configuration, access, clock),
      responseCache: { changes: postgresChangeFeed({ uri: database.uri, channel: evidenceChanges, clock, log }) },
      ...(sampling === undefined ? {} : { sampling }),
      ...(console.sessions === null ? {} : { sessions: console.sessions }),
      log,
      modules: [storage, ...access.modules, ...modules, console.module, background],
      onAnswered: access.onAnswered,
    });
    const url = await server.listen();
    if (!standing.readOnly) sequencer.start();
    if (!standing.readOnly) notifications.start();
    upkeep.start();
    if (tokens !== null && !configuration.production)
      await writeLocalConnection(tokens, { data: configuration.data, url, rootPublicKey: keys.rootPublicKey });
    return { url, notice: standing.notice, stop: drainOf(server, database) };
  } catch (error) {
    await server?.drain();
    await database.close();
    throw error;
  }
}

/** The database closes last, whatever the modules before it did. */
function drainOf(server: Server, database: Database): () => Promise<void> {
  return async () => {
    await server.drain();
    await database.close();
  };
}

async function openKeys({ keys, data, production }: Configuration, clock: Clock): Promise<KeyDirectory> {
  const directory = keys ?? join(data, 'keys');
  if (keys === null) {
    await ensureDevelopmentKeys(directory, clock);
    await renewDevelopmentKeySet(directory, clock);
  }
  return openKeyDirectory({ directory, production, clock });
}

function serverOptions(
  { production, oidcIssuers, host, port, fallbackToFreePort }: Configuration,
  { tokens, people }: Pick<Access, 'tokens' | 'people'>,
  clock: Clock,
): Omit<ServerOptions, 'log' | 'modules'> {
  const authenticators = oidcIssuers.length === 0 ? [] : [oidcAuthenticator({ issuers: oidcIssuers, people, clock })];
  const mc = tokens === null ? {} : production ? { authenticators: [tokens, ...authenticators] } : { developmentAuthenticator: tokens };
  const graphql = { sdl: contract('schema.graphql'), manifest: JSON.parse(contract('operations/manifest.json')) as Record<string, string> };
  return { authenticators, ...mc, graphql, clock, host, port, fallbackToFreePort, limits: { bodyBytes } };
}

function contract(path: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`@promotable/contracts/${path}`), 'utf8');
}
