// Mission Control in this process over a real database, with tokens of any grant, as hostile callers hold them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scope } from '@promotable/contracts';
import { createJsonLog, mcTokens, type TokenGrant } from '@promotable/server-kit';
import { testDatabase, type TestDatabase } from '@promotable/services';
import { localTenant, readConfiguration } from '../configuration.ts';
import { openKeyDirectory } from '../key-directory.ts';
import { localTokenSeconds, writeLocalTokens } from '../local-connection.ts';
import { type MissionControlOptions, startMissionControl } from '../mission-control.ts';
import { type McClient, mcClient, operationNamed } from './mc-client.ts';
import { replayEveryDecision } from './replay-every-decision.ts';

export interface RunningMc {
  readonly url: string;
  readonly data: string;
  readonly client: McClient;
  readonly database: TestDatabase;
  /** Sets its clock ahead by so many milliseconds more; answers by how many in all. */
  advance(ms: number): number;
  /** Writes the local tokens anew, as MC's own upkeep does in time; call it once its clock is a day ahead. */
  renew(): Promise<void>;
  /** What it logged so far. */
  logged(): string;
  /** A token of this very MC; the local tenant, every service and every scope unless said otherwise. */
  token(grant?: Partial<TokenGrant> & { readonly issuer?: string; readonly issuedAt?: number }): Promise<string>;
  /** Publishes unsigned claims. */
  publishClaims(token: string, input: { readonly service: string; readonly releaseId: string }): Promise<number>;
  /** Ends MC and keeps data and database. */
  stop(): Promise<void>;
  /** Ends MC, makes every decision in its database again, and forgets everything. */
  end(): Promise<void>;
}

export const everyScope = ['evidence:publish', 'evidence:read', 'gate:ask', 'decision:read', 'ledger:read'] as const satisfies Scope[];

/** `through`: gives the URI by which MC itself reaches its database, such as one that can be cut; `settings`: further variables of its environment. */
export async function runMissionControl(
  through: (uri: string) => Promise<string> = async (uri) => uri,
  settings: Readonly<Record<string, string>> = {},
  { readKeysMs }: Pick<MissionControlOptions, 'readKeysMs'> = {},
): Promise<RunningMc> {
  const database = await testDatabase();
  const data = await mkdtemp(join(tmpdir(), 'promotable-running-'));
  const logged: string[] = [];
  const environment = { POSTGRES_URI: await through(database.uri), PROMOTABLE_POLICY_LAYER: 'demo', ...settings };
  let ahead = 0;
  const mc = await startMissionControl(readConfiguration(['--data', data, '--port', '0'], environment), {
    clock: { now: () => Date.now() + ahead, monotonic: () => performance.now() + ahead },
    log: createJsonLog({ destination: { write: (line: string) => void logged.push(line) } }),
    ...(readKeysMs === undefined ? {} : { readKeysMs }),
  });
  const now = () => Date.now();
  const { token: signingKey } = await openKeyDirectory({
    directory: join(data, 'keys'),
    production: false,
    clock: { now, monotonic: () => 0 },
  });
  if (signingKey === null) throw new Error('a local MC has a token key');
  let client = await mcClient(mc.url, data);
  return {
    url: mc.url,
    data,
    get client() {
      return client;
    },
    async renew() {
      const clock = { now: () => Date.now() + ahead, monotonic: () => 0 };
      const grants = { developmentTokens: true, maxTtlSeconds: localTokenSeconds };
      await writeLocalTokens(mcTokens({ issuer: 'urn:promotable:mc', signingKey, clock, ...grants }), data);
      client = await mcClient(mc.url, data);
    },
    database,
    advance: (ms) => (ahead += ms),
    logged: () => logged.join(''),
    async token({ issuer = 'urn:promotable:mc', issuedAt, ...grant } = {}) {
      const clock = { now: () => issuedAt ?? Date.now(), monotonic: () => 0 };
      const tokens = mcTokens({ issuer, signingKey, clock, developmentTokens: true });
      const all = { subject: 'test', tenant: localTenant, services: ['*'], scopes: everyScope, development: true };
      return (await tokens.issue({ ...all, ...grant })).token;
    },
    async publishClaims(token, input) {
      const artifacts = [{ type: 'sbom', sha256: '1'.repeat(64) }];
      const response = await fetch(`${mc.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id: operationNamed('mutation PublishEvidence('), variables: { input: { ...input, artifacts } } }),
      });
      return response.status;
    },
    stop: () => mc.stop(),
    async end() {
      await mc.stop();
      await replayEveryDecision(database.pool, data);
      await database.drop();
      await rm(data, { recursive: true, force: true });
    },
  };
}
