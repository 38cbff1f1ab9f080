import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plantedSecrets } from '../planted-secrets.ts';
import { createEvidenceEvents, type EvidenceEvent } from '../publish/events.ts';
import { evidenceMetrics } from '../publish/metrics.ts';
import { createPublisher } from '../publish/publisher.ts';
import { sampleEvidence } from '../sample-evidence.ts';
import { refusal, scriptedServer } from '../scripted-server.ts';
import { openDirectorySpool } from './directory-spool.ts';
import { publishOrSpool } from './publish-or-spool.ts';
import { replay } from './replay.ts';
import { openSqliteSpool } from './sqlite-spool.ts';

const token = 'opaque-test-token-0123456789';
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spool-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('secrets on the way of a record', () => {
  it.each(plantedSecrets)('$what appears in no file of the spool, request, event, metric or answer', async ({ text, secret }) => {
    const trace: unknown[] = [];
    const events = createEvidenceEvents();
    events.on((event: EvidenceEvent) => void trace.push(event));
    const metric = ({ name }: { name: string }) => ({
      observe: (...values: unknown[]) => void trace.push(name, values),
      inc: (...values: unknown[]) => void trace.push(name, values),
    });
    evidenceMetrics(events, { histogram: metric, counter: metric });
    const [files, database] = [await openDirectorySpool(join(directory, 'files')), await openSqliteSpool(join(directory, 'spool.db'))];
    const evidence = await sampleEvidence(1, `run ${text}`.slice(0, 250));
    await using server = await scriptedServer(refusal(503, 'STORE_UNAVAILABLE', {}, {}, text));
    const publisher = createPublisher({
      url: server.url,
      token: async () => token,
      random: () => 0,
      attempts: 2,
      breaker: { failures: 1000, openMs: 1000 },
      events,
    });
    for (const spool of [files, database]) {
      trace.push(await publishOrSpool(evidence, { publisher, spool, events }), await replay({ spool, publisher }), await spool.list());
    }
    const stored = await Promise.all(
      (await readdir(directory, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1')),
    );
    const payload = Buffer.from(evidence.bundle.dsseEnvelope.payload, 'base64').toString('utf8');
    const everything = [
      JSON.stringify(trace),
      ...trace.map(String),
      ...stored,
      ...[...server.requests, ...server.notices].map(({ body }) => body),
      payload,
    ].join('\n');
    expect(stored.length).toBeGreaterThan(1);
    for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) expect(everything).not.toContain(form);
    expect(everything).not.toContain(token);
    await database.close();
  });
});
