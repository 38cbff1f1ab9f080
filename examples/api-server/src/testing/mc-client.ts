// A caller of a local MC: reads what MC left in its data directory, signs evidence, speaks HTTP.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localSigner, signStatement } from '@promotable/attest';
import { type Bundle, predicateTypes, statementType } from '@promotable/contracts';
import { operationId } from '@promotable/server-kit';
import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('@promotable/contracts/operations/manifest.json') as Record<string, string>;

export interface Answer {
  readonly status: number;
  readonly body: {
    data?: Record<string, never>;
    errors?: { extensions: { code: string; receipt?: unknown; faults: { path: string }[] } }[];
  } & Record<string, unknown>;
}

export interface McClient {
  publish(bundle: Bundle | null, changes?: Record<string, unknown>): Promise<Answer>;
  list(releaseId: string): Promise<{ id: string; receipt: { ledgerPosition: number | null } }[]>;
  ask(question: Record<string, unknown>): Promise<Answer>;
  get(path: string, role?: string): Promise<Response>;
  sign(predicate: object, digest?: string): Promise<Bundle>;
}

export const service = 'checkout';

export async function mcClient(url: string, data: string): Promise<McClient> {
  const read = (path: string) => readFile(join(data, path), 'utf8');
  const signer = localSigner(await read('keys/evidence.pem'));
  const tokens = Object.fromEntries(
    await Promise.all(['publisher', 'gate', 'reader'].map(async (role) => [role, (await read(`tokens/${role}`)).trim()])),
  );
  const headers = (role: string) => ({ authorization: `Bearer ${tokens[role]}`, 'content-type': 'application/json' });
  const post = async (path: string, role: string, body: unknown): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, { method: 'POST', headers: headers(role), body: JSON.stringify(body) });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  };
  return {
    publish: (bundle, changes = {}) =>
      post('/graphql', 'publisher', {
        id: operationNamed('mutation PublishEvidence('),
        variables: { input: { service, releaseId: '1.0.0', bundle, ...changes } },
      }),
    async list(releaseId) {
      const { body } = await post('/graphql', 'reader', {
        id: operationNamed('query ReleaseEvidence('),
        variables: { service, releaseId, first: 200 },
      });
      return (body.data as unknown as { releaseEvidence: { id: string; receipt: { ledgerPosition: number | null } }[] }).releaseEvidence;
    },
    ask: (question) =>
      post('/v1/gate/rollout', 'gate', { service, releaseId: '1.0.0', environment: 'production', stage: '20', ...question }),
    get: (path, role = 'reader') => fetch(`${url}${path}`, { headers: headers(role) }),
    sign: (predicate, digest = 'a'.repeat(64)) =>
      signStatement(
        {
          _type: statementType,
          subject: [{ name: 'app.tgz', digest: { sha256: digest } }],
          predicateType: predicateTypes.evidence,
          predicate: predicate as Record<string, unknown>,
        },
        signer,
      ),
  };
}

/** Build evidence observed a minute ago. */
export function buildPredicate(changes: Record<string, unknown> = {}): object {
  return {
    service,
    releaseId: '1.0.0',
    checkpoint: 'build',
    run: { provider: 'ci', id: 'run-1', attempt: 1 },
    observed: window(60_000, 0),
    samples: { sbom: 3, tests: 2 },
    redactions: [],
    values: {
      sbom: { format: 'cyclonedx', specVersion: '1.6', documentDigest: '1'.repeat(64), componentsDigest: '2'.repeat(64), components: 3 },
      tests: {
        format: 'junit',
        documentDigests: ['3'.repeat(64)],
        total: 2,
        passed: 2,
        failed: 0,
        errors: 0,
        skipped: 0,
        durationMs: 5,
        failures: [],
      },
    },
    ...changes,
  };
}

/** A good window of 8 s that ended `endedMs` ago. */
export function stagePredicate(changes: Record<string, unknown> = {}, endedMs = 1000): object {
  return {
    service,
    releaseId: '1.0.0',
    environment: 'production',
    checkpoint: '20',
    podTemplateHash: { absent: 'NOT_APPLICABLE' },
    run: { provider: 'canary', id: 'window-1', attempt: 1 },
    observed: window(8000, endedMs),
    samples: { slo: 400, stable: 1600 },
    redactions: [],
    values: {
      slo: {
        source: 'splitter',
        canary: { p95Ms: 40.5, p99Ms: 60, errorRate: 0, open: 0 },
        stable: { p95Ms: 41, p99Ms: 60, errorRate: 0, open: 0 },
      },
    },
    ...changes,
  };
}

function window(lengthMs: number, endedMs: number): { from: string; until: string } {
  const until = Date.now() - endedMs;
  return { from: new Date(until - lengthMs).toISOString(), until: new Date(until).toISOString() };
}

/** Id of the registered operation whose text starts so. */
export function operationNamed(start: string): string {
  const text = Object.values(manifest).find((operation) => operation.startsWith(start));
  if (text === undefined) throw new Error(`no operation starts with ${start}`);
  return operationId(text);
}
