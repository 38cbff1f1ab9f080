// Publishes windows of one release after another and asks `evidenceOk` until the window is in its answer, without a rest in between.
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localSigner, type Signer } from '@promotable/attest';
import { buildStageEvidence, signEvidence } from '@promotable/sdk-evidence';
import manifest from '@promotable/contracts/operations/manifest.json' with { type: 'json' };
import { answerQuestions } from '../harness/answering.ts';
import type { Slice } from '../harness/variant.ts';
import { percentile } from '../statistics/statistics.ts';
import type { VisibleQuestion } from './visible.contract.ts';

const service = 'checkout';
/** A window that is not seen by then is an error, milliseconds. */
const patienceMs = 10_000;
const idOf = (start: string) => Object.entries(manifest as Record<string, string>).find(([, text]) => text.startsWith(start))?.[0];
const [publishId, askId] = ['mutation PublishEvidence(', 'query EvidenceOkAt('].map(idOf);
/** Of one release in the environment `production` at stage 20, a new one for each slice. */
let p95Ms = 0;

answerQuestions(async ({ asked, urls, data, durationMs }: VisibleQuestion): Promise<Slice> => {
  const read = async (path: string): Promise<string> => (await readFile(join(data, path), 'utf8')).trim();
  const [signer, publisher, gate] = [
    localSigner(await read('keys/evidence.pem')),
    await read('tokens/publisher'),
    await read('tokens/gate'),
  ];
  const releaseId = `1.${randomUUID()}`;
  const [first = '', second = ''] = urls;
  const ask = (url: string) => shownBy(url, gate, releaseId);
  const publish = (): Promise<number> => published(first, publisher, signer, releaseId);

  await publish();
  const latencies: number[] = [];
  const [startedAt, until] = [performance.now(), performance.now() + durationMs];
  while (performance.now() < until) {
    const expected = asked === 'question' ? p95Ms : await publish();
    const from = performance.now();
    while ((await ask(asked === 'there' ? second : first)) !== expected)
      if (performance.now() - from > patienceMs) throw new Error(`a window was not seen within ${patienceMs} ms`);
    latencies.push(performance.now() - from);
  }
  const ordered = latencies.sort((a, b) => a - b);
  return {
    operations: ordered.length,
    cpuMs: 0,
    wallMs: performance.now() - startedAt,
    errors: 0,
    latencyMs: { p50: percentile(ordered, 0.5), p95: percentile(ordered, 0.95), p99: percentile(ordered, 0.99) },
  };
});

/** Publishes a window that nobody has seen; answers, once it has the receipt, the latency by which it is known. */
async function published(url: string, token: string, signer: Signer, releaseId: string): Promise<number> {
  p95Ms = (p95Ms % 1000) + 1;
  const until = Date.now() - 1000;
  const measured = { p95Ms, p99Ms: 2000, errorRate: 0, open: 0 };
  const statement = buildStageEvidence({
    ...{ service, releaseId, environment: 'production', checkpoint: '20', podTemplateHash: '6d4f9c7b58' },
    artifacts: [{ name: 'checkout', sha256: 'a'.repeat(64) }],
    window: { from: new Date(until - 300_000).toISOString(), until: new Date(until).toISOString() },
    slo: { source: 'prometheus', canary: measured, stable: measured },
    samples: { slo: 7200, stable: 28_800 },
    run: { provider: 'canary', id: randomUUID(), attempt: 1 },
  });
  const { bundle } = await signEvidence(statement, signer);
  const answer = await post(url, token, { id: publishId, variables: { input: { service, releaseId, bundle } } });
  if (!answer.includes('"receipt"')) throw new Error(`evidence was not taken: ${answer.slice(0, 300)}`);
  return p95Ms;
}

/** The latency in the snapshot of an answer; null where there is none. */
async function shownBy(url: string, token: string, releaseId: string): Promise<number | null> {
  const answer = await post(url, token, { id: askId, variables: { service, releaseId, environment: 'production', stage: '20' } });
  const { data } = JSON.parse(answer) as { data?: { evidenceOk: { snapshot: { p95Ms: number } | null } } | null };
  if (!data) throw new Error(`the gate did not answer: ${answer.slice(0, 300)}`);
  return data.evidenceOk.snapshot?.p95Ms ?? null;
}

async function post(url: string, token: string, body: object): Promise<string> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) })).text();
}
