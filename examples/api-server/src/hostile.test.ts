// What an attacker, or an accident, would try with genuine pieces: none of it becomes a pass, a lost record, or knowledge of others.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { digestOf, generateSigningKey, localSigner, type Signer, statementDigestOf } from '@promotable/attest';
import type { Bundle } from '@promotable/contracts';
import { operationId } from '@promotable/server-kit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, buildPredicate, stagePredicate } from './testing/mc-client.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';
import { seal, statementText } from './testing/seal.ts';

const manifest = createRequire(import.meta.url)('@promotable/contracts/operations/manifest.json') as Record<string, string>;
const publishId = operationId(Object.values(manifest).find((text) => text.startsWith('mutation PublishEvidence(')) ?? '');

let mc: RunningMc;
let signer: Signer;
let ahead = 0;

beforeAll(async () => {
  mc = await runMissionControl();
  signer = localSigner(await readFile(join(mc.data, 'keys/evidence.pem'), 'utf8'));
});
afterAll(() => mc.end());

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);
const digests = [`sha256:${a}`];

async function publishAs(token: string, input: Record<string, unknown>): Promise<Answer> {
  const response = await fetch(`${mc.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: publishId, variables: { input: { service: 'checkout', ...input } } }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}
const codeOf = ({ status, body }: Answer): [number, string | undefined] => [status, body.errors?.[0]?.extensions.code];
const bound = (predicate: object, ...subjects: readonly string[]): Promise<Bundle> =>
  seal(statementText(predicate, { subject: subjects.map((sha256) => ({ digest: { sha256 }, name: 'app.tgz' })) }), signer);
const ask = async (releaseId: string, changes: Record<string, unknown> = {}): Promise<[string, string[]]> => {
  const { body } = await mc.client.ask({ releaseId, digests, ...changes });
  return [String(body['verdict']), (body['reasons'] as { code: string }[]).map(({ code }) => code)];
};

/** Build evidence of a release and the start of its stage, long enough ago for a window. */
async function begun(releaseId: string, ...subjects: readonly string[]): Promise<void> {
  const bundle = await bound(buildPredicate({ releaseId, observed: at(60_000, 60_000) }), ...subjects);
  expect((await mc.client.publish(bundle, { releaseId })).status).toBe(200);
  expect((await ask(releaseId, { digests: subjects.map((digest) => `sha256:${digest}`) }))[0]).toBe('hold');
  ahead = mc.advance(10_000);
}
function at(fromMs: number, untilMs: number): { from: string; until: string } {
  const now = Date.now() + ahead;
  return { from: new Date(now - fromMs).toISOString(), until: new Date(now - untilMs).toISOString() };
}
const window = (releaseId: string, changes: Record<string, unknown> = {}): object =>
  stagePredicate({ releaseId, observed: at(8500, 500), ...changes });

describe('genuine evidence in the wrong place', () => {
  it('passes where it belongs, as the yardstick of all that follows', async () => {
    await begun('yardstick', a);
    await mc.client.publish(await bound(window('yardstick'), a), { releaseId: 'yardstick' });
    expect(await ask('yardstick')).toEqual(['pass', []]);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['of another environment', { environment: 'staging' }, [a]],
    ['of another stage', { checkpoint: '50' }, [a]],
    ['bound to other bytes alone', {}, [b]],
    ['bound to the name of the release alone', {}, [digestOf({ tenant: 'local', service: 'checkout', releaseId: 'misplaced' })]],
  ])('a window %s does not count', async (_what, changes, subjects) => {
    await mc.database.pool.query("DELETE FROM gate.stage_starts WHERE release_id = 'misplaced'");
    await mc.client.publish(await bound(buildPredicate({ releaseId: 'misplaced', observed: at(60_000, 60_000) }), a), {
      releaseId: 'misplaced',
    });
    await ask('misplaced');
    ahead = mc.advance(10_000);
    await mc.client.publish(
      await bound(window('misplaced', { ...changes, run: { provider: 'canary', id: String(ahead), attempt: 1 } }), ...subjects),
      { releaseId: 'misplaced' },
    );
    expect((await ask('misplaced'))[0]).toBe('hold');
  });

  it('a window of one container does not speak for two', async () => {
    await begun('pair', a, b);
    await mc.client.publish(await bound(window('pair'), a), { releaseId: 'pair' });
    expect((await ask('pair', { digests: [`sha256:${a}`, `sha256:${b}`] }))[0]).toBe('hold');
  });

  it('a window of other pods does not speak for these', async () => {
    await begun('pods', a);
    await ask('pods', { podTemplateHash: 'new1' });
    ahead = mc.advance(10_000);
    await mc.client.publish(await bound(window('pods', { podTemplateHash: 'old1' }), a), { releaseId: 'pods' });
    expect(await ask('pods', { podTemplateHash: 'new1' })).toEqual(['hold', expect.arrayContaining(['WINDOW_NOT_OF_STAGE'])]);
  });

  it('taken to another tenant it is signed by nobody trusted there, and changes nothing', async () => {
    const globex = await mc.token({ tenant: 'globex' });
    const bundle = await bound(buildPredicate({ releaseId: 'yardstick' }), a);
    expect(codeOf(await publishAs(globex, { releaseId: 'yardstick', bundle }))).toEqual([403, 'SIGNATURE_UNTRUSTED']);
    const response = await fetch(`${mc.url}/v1/gate/rollout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${globex}`, 'content-type': 'application/json' },
      body: JSON.stringify({ service: 'checkout', releaseId: 'yardstick', environment: 'production', stage: '20', digests }),
    });
    expect(await response.json()).toMatchObject({ verdict: 'hold', measured: null });
  });

  it('an old window sent again after a bad one does not bring the pass back', async () => {
    await begun('replayed', a);
    const good = await bound(window('replayed'), a);
    await mc.client.publish(good, { releaseId: 'replayed' });
    expect((await ask('replayed'))[0]).toBe('pass');
    ahead = mc.advance(5000);
    const bad = window('replayed', { run: { provider: 'canary', id: 'bad', attempt: 1 } }) as { values: { slo: { canary: object } } };
    Object.assign(bad.values.slo.canary, { p95Ms: 5000, p99Ms: 5000 });
    await mc.client.publish(await bound(bad, a), { releaseId: 'replayed' });
    expect((await ask('replayed'))[0]).toBe('fail');
    expect(codeOf(await mc.client.publish(good, { releaseId: 'replayed' }))).toEqual([409, 'DUPLICATE']);
    expect(codeOf(await mc.client.publish(good, { releaseId: 'replayed', idempotencyKey: 'again' }))).toEqual([409, 'DUPLICATE']);
    expect((await ask('replayed'))[0]).toBe('fail');
  });
});

describe('words without a proof', () => {
  it('unsigned claims and refused signatures pass nothing, and stop nothing that is proven', async () => {
    const claims = {
      releaseId: 'claimed',
      environment: 'production',
      stage: '20',
      slo: { service: 'checkout', p95Ms: 1, errorRate: 0, window: '8s' },
    };
    const token = await mc.token();
    expect((await publishAs(token, claims)).status).toBe(200);
    expect(await ask('claimed')).toEqual(['hold', expect.arrayContaining(['SIGNATURE_UNTRUSTED'])]);
    const stranger = localSigner(generateSigningKey('ecdsa-p256').privateKeyPem);
    const forged = await seal(statementText(window('yardstick')), stranger);
    expect(codeOf(await publishAs(token, { releaseId: 'yardstick', bundle: forged }))).toEqual([403, 'SIGNATURE_UNTRUSTED']);
    await begun('proven', a);
    await publishAs(token, { ...claims, releaseId: 'proven', slo: { ...claims.slo, p95Ms: 9999 } });
    await publishAs(token, {
      releaseId: 'proven',
      bundle: await seal(statementText(window('proven', { run: { provider: 'x', id: 'x', attempt: 9 } })), stranger),
    });
    await mc.client.publish(await bound(window('proven'), a), { releaseId: 'proven' });
    expect(await ask('proven')).toEqual(['pass', []]);
  });
});

describe('a publisher of one service', () => {
  it('learns nothing of another service from bytes it has got hold of', async () => {
    const payments = await mc.token({ services: ['payments'], scopes: ['evidence:publish'] });
    const known = await bound(buildPredicate({ releaseId: 'known' }), a);
    expect((await mc.client.publish(known, { releaseId: 'known' })).status).toBe(200);
    const stranger = localSigner(generateSigningKey('ecdsa-p256').privateKeyPem);
    const payload = Buffer.from(known.dsseEnvelope.payload, 'base64');
    for (const bundle of [known, await seal(payload, stranger)]) {
      const answer = await publishAs(payments, { service: 'payments', releaseId: 'known', bundle });
      expect([answer.status, answer.body.errors?.[0]?.extensions.receipt]).toEqual([expect.any(Number), undefined]);
      expect(codeOf(answer)[1]).not.toBe('DUPLICATE');
    }
  });

  it('cannot take the key of evidence that another service is about to publish', async () => {
    const payments = await mc.token({ services: ['payments'], scopes: ['evidence:publish'] });
    const coming = await bound(buildPredicate({ releaseId: 'coming' }), a);
    const idempotencyKey = statementDigestOf(coming);
    const squat = await publishAs(payments, { service: 'payments', releaseId: 'x', idempotencyKey });
    expect(codeOf(squat)).toEqual([422, 'IDEMPOTENCY_CONFLICT']);
    expect((await mc.client.publish(coming, { releaseId: 'coming', idempotencyKey })).status).toBe(200);
  });
});

it('what is public tells nothing about whom it serves', async () => {
  await mc.client.ask({ environment: 'vault-7' });
  await mc.client.publish(await mc.client.sign(stagePredicate({ environment: 'vault-7' })));
  const texts = await Promise.all(
    ['/healthz', '/readyz', '/metrics', '/.well-known/promotable/keys.json'].map(async (path) => (await fetch(`${mc.url}${path}`)).text()),
  );
  for (const text of texts) expect(text).not.toMatch(/checkout|yardstick|vault-7|globex|aaaaaaaa|"?local"?[/"]|PRIVATE|"d":/);
});
