// Keys and tokens change while gates poll without a break: no poll holds for it, none passes that must not.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { generateSigningKey, localSigner, type SigningKeyPair, signStatement } from '@promotable/attest';
import { predicateTypes, type Statement, statementType } from '@promotable/contracts';
import { askGate, memoryState } from '@promotable/gate/client';
import { createPublisher, parseSigned, tokenFromFile } from '@promotable/sdk-evidence';
import { openDirectorySpool, publishOrSpool, replay } from '@promotable/sdk-evidence/spool';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type KeyOffice, keyOffice } from './testing/key-office.ts';
import { buildPredicate, stagePredicate } from './testing/mc-client.ts';
import { mcIn } from './testing/mc-command.ts';
import { type RunningMc, runMissionControl } from './testing/running-mc.ts';

const gates = 3;
/** Between two questions of a gate: a hundred times as often as in a cluster. */
const pollMs = 150;
const digest = 'c'.repeat(64);

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let mc: RunningMc;
let office: KeyOffice;
let ahead = 0;
const now = () => Date.now() + ahead;
const clock = { now, monotonic: () => performance.now() + ahead };
let publisherKey: SigningKeyPair;

beforeAll(async () => {
  mc = await runMissionControl(undefined, {}, { readKeysMs: 250 });
  office = keyOffice(mc.data, now);
  publisherKey = generateSigningKey('ecdsa-p256');
  await office.trust(publisherKey);
  for (const name of ['gate', 'publisher']) await issueToken(name);
});
afterAll(() => mc.end());

/** A new token in the mounted file; answers how to revoke the one before. */
async function issueToken(name: string): Promise<string> {
  const scope = name === 'gate' ? 'gate:ask' : 'evidence:publish';
  const line = `token issue --name ${name} --service * --scope ${scope} --ttl 60d --out ${name}.next --json --data ${mc.data}`;
  const { id } = (await mcIn(mc.data)(line)).json() as unknown as { id: string };
  await rename(join(mc.data, `${name}.next`), join(mc.data, `${name}.token`));
  return id;
}

const revokeToken = async (id: string) => expect((await mcIn(mc.data)(`token revoke ${id} --data ${mc.data}`)).code).toBe(0);

async function signed(predicate: object, key = publisherKey) {
  const statement: Statement = {
    _type: statementType,
    subject: [{ name: 'app.tgz', digest: { sha256: digest } }],
    predicateType: predicateTypes.evidence,
    predicate: predicate as Record<string, unknown>,
  };
  return parseSigned(Buffer.from(JSON.stringify(await signStatement(statement, localSigner(key.privateKeyPem)))));
}

function publisher() {
  return createPublisher({ url: mc.url, token: tokenFromFile(join(mc.data, 'publisher.token')), backoff: { base: 1, max: 5 }, clock });
}

/** Publishes as soon as MC has read that the key is trusted. */
async function sent(evidence: Awaited<ReturnType<typeof signed>>): Promise<void> {
  await vi.waitFor(() => publisher().publish(evidence), { timeout: 30_000, interval: 100 });
}

/** A window of 8 s of the clock of MC; runs that nobody else names. */
function window(releaseId: string, run: string): object {
  const instant = (ago: number) => new Date(now() - ago).toISOString();
  return stagePredicate({
    releaseId,
    run: { provider: 'canary', id: run, attempt: 1 },
    observed: { from: instant(8500), until: instant(500) },
  });
}

const question = (releaseId: string) => ({
  ...{ service: 'checkout', releaseId, environment: 'production', stage: '20', digests: [`sha256:${digest}`] },
});

function gate(releaseId: string) {
  const state = memoryState();
  return async () =>
    askGate({
      url: mc.url,
      token: async () => (await readFile(join(mc.data, 'gate.token'), 'utf8')).trim(),
      question: question(releaseId),
      trust: { rootPublicKey: await readFile(join(mc.data, 'root.pub'), 'utf8') },
      state,
      clock,
      keySetRefreshMs: 200,
    });
}

/** A release whose canary passes at 20 %, by evidence of the publisher. */
async function passing(releaseId: string, key = publisherKey): Promise<void> {
  await sent(await signed(buildPredicate({ releaseId }), key));
  await gate(releaseId)();
  ahead = mc.advance(12_000);
  await publisher().publish(await signed(window(releaseId, 'first'), key));
  expect((await gate(releaseId)()).verdict).toBe('pass');
}

/** A release one of whose tests failed: whatever happens to keys, no gate may let it go on. */
async function failing(releaseId: string): Promise<void> {
  const build = buildPredicate({ releaseId }) as { values: { tests: object } };
  Object.assign(build.values.tests, { total: 2, passed: 1, failed: 1, failures: ['s / t'] });
  await sent(await signed(build));
  await gate(releaseId)();
  ahead = mc.advance(12_000);
  await publisher().publish(await signed(window(releaseId, 'first')));
  expect((await gate(releaseId)()).verdict).toBe('fail');
}

interface Polled {
  readonly verdict: string;
  readonly codes: string;
  readonly keyId: string | undefined;
}

/** Gates that ask without a break, from now until it is stopped. */
function load(releaseId: string) {
  const polled: Polled[] = [];
  let stopped = false;
  const loops = Array.from({ length: gates }, async () => {
    const ask = gate(releaseId);
    while (!stopped) {
      const { verdict, reasons, bundle } = await ask();
      polled.push({
        verdict,
        codes: reasons.map(({ code, params }) => `${code} ${JSON.stringify(params)}`).join(),
        keyId: bundle?.verificationMaterial.publicKey.hint,
      });
      await delay(pollMs);
    }
  });
  return {
    polled,
    /** Until every gate has been answered several times more. */
    more: async () => {
      const enough = polled.length + gates * 2;
      await expect.poll(() => polled.length, { timeout: 60_000 }).toBeGreaterThan(enough);
    },
    async stop() {
      stopped = true;
      await Promise.all(loops);
    },
    wrong: (right: string) => polled.filter(({ verdict }) => verdict !== right),
  };
}

describe('while gates poll', () => {
  const releaseId = 'rotating-1';
  let polls: ReturnType<typeof load>;
  let refused: ReturnType<typeof load>;
  beforeAll(async () => {
    await failing('failing-1');
    await passing(releaseId);
  });
  beforeEach(() => {
    polls = load(releaseId);
    refused = load('failing-1');
  });
  afterEach(async () => {
    await Promise.all([polls.stop(), refused.stop()]);
    expect(refused.polled.length).toBeGreaterThan(gates);
    expect(refused.polled.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
  });

  it('the key of decisions is rotated, and the old one revoked: every poll passes, the last ones by the new key', async () => {
    const old = await office.inForce('decision');
    await polls.more();
    const next = await office.next('decision');
    await polls.more();
    await office.revoke(old);
    await expect.poll(() => polls.polled.at(-1)?.keyId, { timeout: 60_000 }).toBe(next.keyId);
    await polls.more();
    await polls.stop();
    expect([polls.wrong('pass'), refused.wrong('fail')]).toEqual([[], []]);
    const signers = polls.polled.map(({ keyId }) => keyId);
    expect([signers[0], signers.at(-1)]).toEqual([old, next.keyId]);
  });

  it('the key of tokens and the tokens in the mounted files are rotated, the old ones revoked: every poll passes', async () => {
    const before = { gate: await issueToken('gate'), publisher: await issueToken('publisher') };
    await polls.more();
    await office.next('token');
    await polls.more();
    await issueToken('gate');
    await revokeToken(before.gate);
    await issueToken('publisher');
    await revokeToken(before.publisher);
    await publisher().publish(await signed(window(releaseId, 'by the new token')));
    await polls.more();
    await polls.stop();
    expect([polls.wrong('pass'), refused.wrong('fail')]).toEqual([[], []]);
  });

  it('a publisher goes over to its next key, and the old one is revoked: what rests on the new one passes, what rests on the old one holds', async () => {
    const old = publisherKey;
    await passing('resting-1', old);
    const resting = load('resting-1');
    publisherKey = generateSigningKey('ed25519');
    await office.trust(publisherKey);
    const observed = { from: new Date(now() - 2000).toISOString(), until: new Date(now()).toISOString() };
    const rerun = buildPredicate({ releaseId, run: { provider: 'ci', id: 'run-2', attempt: 1 }, observed });
    await sent(await signed(rerun));
    await sent(await signed(window(releaseId, 'by the next key')));
    await resting.more();
    const restingBefore = resting.polled.length;
    expect(resting.wrong('pass')).toEqual([]);
    await office.revoke(old.keyId);
    await expect.poll(() => resting.polled.at(-1)?.codes, { timeout: 60_000 }).toContain('SIGNER_REVOKED');
    await resting.more();
    await resting.stop();
    await polls.stop();
    expect(polls.wrong('pass')).toEqual([]);
    const after = resting.polled.slice(restingBefore);
    const firstHold = after.findIndex(({ verdict }) => verdict === 'hold');
    expect(after.slice(firstHold + gates).every(({ codes }) => codes.includes('SIGNER_REVOKED'))).toBe(true);
  });
});

describe('evidence of a key that MC does not trust yet', () => {
  it('waits in the spool, and counts as soon as its key is added, without a new build', async () => {
    const releaseId = 'stranger-1';
    const stranger = generateSigningKey('ecdsa-p256');
    const spool = await openDirectorySpool(join(mc.data, 'stranger-spool'));
    try {
      const build = await signed(buildPredicate({ releaseId }), stranger);
      const sent = await publishOrSpool(build, { publisher: publisher(), spool });
      expect(sent).toMatchObject({ outcome: 'spooled', error: { code: 'SIGNATURE_UNTRUSTED', retryable: true } });
      expect((await gate(releaseId)()).reasons.map(({ code }) => code)).toContain('SIGNATURE_UNTRUSTED');
      await office.trust(stranger);
      await expect.poll(async () => (await replay({ spool, publisher: publisher() })).accepted, { timeout: 30_000 }).toBe(1);
      const codes = (await gate(releaseId)()).reasons.map(({ code }) => code);
      expect(codes).not.toContain('SIGNATURE_UNTRUSTED');
      expect(codes).not.toContain('NO_EVIDENCE');
    } finally {
      await spool.close();
    }
  });
});

describe('a decision two years later', () => {
  it('still verifies by the key set of its time and by the one of today, in which its key has retired', async () => {
    const releaseId = 'old-1';
    await passing(releaseId);
    const { decision } = await gate(releaseId)();
    const id = decision?.id ?? '';
    const run = mcIn(mc.data);
    await expect.poll(async () => (await run(`decision export ${id} --out old --data ${mc.data}`)).code, { timeout: 30_000 }).toBe(0);
    const later = now() + 2 * 365 * 86_400_000;
    const years = { clock: { now: () => later, monotonic: () => 0 } };
    expect((await run('decision verify old --root root.pub --json', years)).code).toBe(0);
    await writeFile(join(mc.data, 'today.json'), JSON.stringify({ keySet: await office.keySetAt(later) }));
    expect((await run('decision verify old --root root.pub --keys today.json --json', years)).code).toBe(0);
    await office.revoke(await office.inForce('decision'));
    await writeFile(join(mc.data, 'revoked.json'), JSON.stringify({ keySet: await office.keySetAt(later) }));
    expect((await run('decision verify old --root root.pub --keys revoked.json --json', years)).code).not.toBe(0);
  });
});
