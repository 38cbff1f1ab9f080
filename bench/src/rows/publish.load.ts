// Signs evidence that nobody has seen and publishes it, from as many connections as it is told, on another processor than what it measures.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { localSigner } from '@promotable/attest';
import { buildStageEvidence, signEvidence } from '@promotable/sdk-evidence';
import manifest from '@promotable/contracts/operations/manifest.json' with { type: 'json' };
import { answerQuestions } from '../harness/answering.ts';
import { cpuMsOf, waitedMsOf } from '../harness/cpu-time.ts';
import type { Slice } from '../harness/variant.ts';
import { type LoadQuestion, service } from './publish.contract.ts';

const connections = 16;
/** So that no two requests in flight wait for the lock of one release. */
const releases = 256;
const leadInMs = 200;
const id = Object.entries(manifest as Record<string, string>).find(([, text]) => text.startsWith('mutation PublishEvidence('))?.[0];
let number = 0;

answerQuestions(async (question: LoadQuestion): Promise<Slice> => {
  const signer = localSigner(question.key.privateKeyPem);
  // Of this slice alone: a server closes what was idle in between.
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let [operations, errors, isOver] = [0, 0, false];
  let fault: string | undefined;
  const worker = async (): Promise<void> => {
    while (!isOver) {
      const answer = await publish(question, await nextBody(signer), agent);
      operations++;
      if (answer.status === 200 && answer.text.includes('"receipt"')) continue;
      errors++;
      fault ??= `${answer.status} ${answer.text.slice(0, 200)}`;
    }
  };
  const workers = Array.from({ length: connections }, worker);
  await passed(leadInMs);
  const before = { cpuMs: cpuMsOf(question.pid), waitedMs: waitedMsOf(question.pid), at: performance.now(), operations };
  await passed(question.durationMs);
  const after = { cpuMs: cpuMsOf(question.pid), waitedMs: waitedMsOf(question.pid), at: performance.now(), operations };
  isOver = true;
  await Promise.all(workers);
  agent.destroy();
  return {
    operations: after.operations - before.operations,
    cpuMs: after.cpuMs - before.cpuMs,
    wallMs: after.at - before.at,
    waitedMs: after.waitedMs - before.waitedMs,
    errors,
    ...(fault === undefined ? {} : { fault }),
  };
});

async function nextBody(signer: ReturnType<typeof localSigner>): Promise<Buffer> {
  const releaseId = `1.${++number % releases}.0`;
  const until = Date.now() - 1000;
  const statement = buildStageEvidence({
    service,
    releaseId,
    artifacts: [{ name: 'checkout', sha256: 'a'.repeat(64) }],
    environment: 'production',
    checkpoint: '20',
    podTemplateHash: '6d4f9c7b58',
    window: { from: new Date(until - 300_000).toISOString(), until: new Date(until).toISOString() },
    slo: {
      source: 'prometheus',
      canary: { p95Ms: 180.25, p99Ms: 290.5, errorRate: 0.001, open: 0 },
      stable: { p95Ms: 178.5, p99Ms: 288, errorRate: 0.001, open: 0 },
    },
    cost: { graphqlPerMillionUsd: 1.8, ingestPerThousandUsd: { absent: 'NOT_MEASURED' }, estimated: true },
    samples: { slo: 7200, stable: 28_800, cost: 7200 },
    run: { provider: 'canary', id: randomUUID(), attempt: 1 },
  });
  const { bundle } = await signEvidence(statement, signer);
  return Buffer.from(JSON.stringify({ id, variables: { input: { service, releaseId, bundle } } }));
}

function publish({ port, token }: LoadQuestion, body: Buffer, agent: Agent): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': body.length };
    const sent = request({ host: '127.0.0.1', port, path: '/graphql', method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on('error', reject).end(body);
  });
}

function passed(durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, durationMs);
  });
}
