// An MC that says whatever a test wants, over real HTTP, with decisions that are really signed.
import { generateSigningKey, localSigner, signKeySet, signStatement } from '@promotable/attest';
import type { DecisionPredicate, GateAnswer, GateQuestion, Reason, Statement } from '@promotable/contracts';
import { decisionStatement } from '@promotable/gate';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const digest = `sha256:${'a'.repeat(64)}`;
export const otherDigest = `sha256:${'b'.repeat(64)}`;

const reasons: Record<'fail' | 'hold', Reason> = {
  fail: {
    code: 'P95_OVER_BUDGET',
    class: 'breach',
    params: {},
    message: 'p95 is 900 ms, the budget is 350 ms.',
    fix: 'Find what is slow.',
  },
  hold: { code: 'PENDING', class: 'missing_proof', params: {}, message: 'The window is not full yet.', fix: 'Wait.' },
};

export type Answer = (request: IncomingMessage, response: ServerResponse, question: GateQuestion) => void | Promise<void>;

export interface Changes {
  readonly decision?: Partial<DecisionPredicate>;
  readonly signedBy?: string;
  readonly statement?: (statement: Statement) => Statement;
}

export type Upstream = Awaited<ReturnType<typeof startUpstream>>;

export async function startUpstream(now: () => number = Date.now) {
  const [root, own] = [generateSigningKey('ed25519'), generateSigningKey('ecdsa-p256')];
  const instant = (ms: number): string => new Date(now() + ms).toISOString();
  const day = 86_400_000;
  let revision = 0;
  const keySet = (): ReturnType<typeof signKeySet> => {
    const { keyId, algorithm, publicKeyPem } = own;
    const entry = {
      keyId,
      algorithm,
      publicKeyPem,
      use: 'decision' as const,
      notBefore: instant(-day),
      notAfter: instant(30 * day),
      revokedAt: null,
    };
    return signKeySet(
      { version: 1, issuedAt: instant(-1000), expiresAt: instant(7 * day), keys: [entry] },
      localSigner(root.privateKeyPem),
    );
  };

  async function answerTo(
    question: GateQuestion,
    verdict: 'pass' | 'fail' | 'hold',
    { decision: changes = {}, signedBy, statement = (same) => same }: Changes = {},
  ): Promise<GateAnswer> {
    const { service, releaseId, environment, stage, digests = [], podTemplateHash = null } = question;
    const decision: DecisionPredicate = {
      id: '0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10',
      subject: { tenant: 'acme', service, releaseId, environment, kind: 'rollout', stage },
      podTemplateHash,
      digests: [...digests].sort(),
      verdict,
      reasons: verdict === 'pass' ? [] : [reasons[verdict]],
      warnings: [],
      evidence: [],
      factsDigest: 'e'.repeat(64),
      policyDigest: 'f'.repeat(64),
      mode: 'enforced',
      override: null,
      epoch: '01890a5d-ac96-774b-bcce-b302099a8057',
      revision: ++revision,
      stageStartedAt: null,
      evaluatedAt: instant(0),
      validUntil: verdict === 'pass' ? instant(300_000) : null,
      traceId: null,
      ...changes,
    };
    const bundle = await signStatement(statement(decisionStatement(decision)), localSigner(signedBy ?? own.privateKeyPem));
    return {
      schema: 'https://promotable.dev/gate-answer/v1',
      verdict,
      release: releaseId,
      stage,
      environment,
      digests: decision.digests,
      decisionId: decision.id,
      revision: decision.revision,
      reasons: decision.reasons,
      warnings: [],
      measured: null,
      mode: 'enforced',
      policy: { layer: 'standard', revision: 1, digest: 'f'.repeat(64) },
      validUntil: decision.validUntil,
      stageStartedAt: null,
      heldSince: null,
      retryAfterSeconds: null,
      explainUrl: null,
      bundle,
    };
  }

  const upstream = {
    url: '',
    rootPublicKeyPem: root.publicKeyPem,
    /** Questions that arrived. */
    asked: [] as GateQuestion[],
    onQuestion: (async (_request, response, question) => sendJson(response, await answerTo(question, 'pass'))) as Answer,
    answerTo,
    /** Another key, listed nowhere. */
    stranger: generateSigningKey('ecdsa-p256').privateKeyPem,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/.well-known/promotable/keys.json') return sendJson(response, { keySet: await keySet() });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const question = JSON.parse(Buffer.concat(chunks).toString('utf8')) as GateQuestion;
    upstream.asked.push(question);
    await upstream.onQuestion(request, response, question);
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  upstream.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return upstream;
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
