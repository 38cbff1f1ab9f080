// What a client does with the key set that it remembers, and when it asks for a newer one.
import { generateSigningKey, localSigner, signKeySet, type SigningKeyPair } from '@promotable/attest';
import { beforeEach, describe, expect, it } from 'vitest';
import { away, code, json, lyingMc, type LyingMc } from '../testing/lying-mc.ts';
import { minute } from '../testing/scenes.ts';
import { memoryState } from '../client.ts';

let mc: LyingMc;
beforeEach(async () => {
  mc = await lyingMc();
});

const keyCalls = () => mc.calls.filter((path) => path === '/.well-known/promotable/keys.json').length;

/** A key set by the pinned root that lists exactly these decision keys, in force until `endsIn` ms from now. */
async function keySet(version: number, keys: readonly SigningKeyPair[], endsIn = 60 * minute, revoked?: string) {
  const now = mc.world.clock.now();
  const instant = (ms: number) => new Date(now + ms).toISOString();
  const entries = keys.map(({ keyId, algorithm, publicKeyPem }) => ({
    ...{ keyId, algorithm, publicKeyPem, use: 'decision' as const },
    ...{ notBefore: instant(-60 * minute), notAfter: instant(60 * minute), revokedAt: keyId === revoked ? instant(0) : null },
  }));
  const published = { version, issuedAt: instant(0), expiresAt: instant(endsIn), keys: entries };
  return json({ keySet: await signKeySet(published, localSigner(mc.world.keys.root.privateKeyPem)) });
}

describe('a client that remembers a key set', () => {
  it('asks for it again once it is as old as the refresh, or when the clock was set back', async () => {
    const poll = () => mc.poll({ keySetRefreshMs: 1000 });
    await poll();
    mc.world.clock.advance(999);
    await poll();
    expect(keyCalls()).toBe(1);
    mc.world.clock.advance(1);
    await poll();
    expect(keyCalls()).toBe(2);
    mc.world.clock.set(mc.world.clock.now() - 1);
    await poll();
    expect(keyCalls()).toBe(3);
  });

  it('goes on with it while no newer one can be fetched, until it expires', async () => {
    mc.onKeys = () => keySet(1, [mc.world.keys.decision], 10 * minute);
    await mc.poll();
    mc.onKeys = away;
    mc.world.clock.advance(6 * minute);
    expect((await mc.poll()).source).toBe('mc');
    mc.world.clock.advance(4 * minute);
    expect(code(await mc.poll())).toBe('MC_UNREACHABLE');
  });

  it('holds when a newer one comes and cannot be believed, though the old one is in force', async () => {
    await mc.poll();
    mc.world.clock.advance(6 * minute);
    mc.onKeys = async () => json({ keySet: 'tampered' });
    expect(code(await mc.poll())).toBe('DECISION_UNVERIFIED');
    mc.onKeys = async () => json({}, 404);
    expect(code(await mc.poll())).toBe('ANSWER_UNREADABLE');
  });

  it('asks for a newer one at once when a decision is signed by a key that it does not list', async () => {
    const truth = await mc.passing();
    await mc.poll();
    const next = generateSigningKey('ed25519');
    const rotated = await mc.resigned(truth, { revision: 3 }, next.privateKeyPem);
    mc.onQuestion = async () => json({ ...truth, bundle: rotated });
    expect(code(await mc.poll())).toBe('DECISION_UNVERIFIED');
    expect(keyCalls()).toBe(2);
    mc.onKeys = () => keySet(2, [mc.world.keys.decision, next]);
    expect(await mc.poll()).toMatchObject({ verdict: 'pass', source: 'mc' });
    expect(keyCalls()).toBe(3);
    // The newer one is remembered now, and the older one refused.
    expect(await mc.poll()).toMatchObject({ verdict: 'pass', source: 'mc' });
    expect(keyCalls()).toBe(3);
    mc.onKeys = () => keySet(1, [mc.world.keys.decision, next]);
    mc.world.clock.advance(5 * minute);
    mc.onQuestion = async () => json({ ...truth, bundle: await mc.resigned(truth, { revision: 4, validUntil: inAnHour() }) });
    expect((await mc.poll()).reasons).toMatchObject([{ code: 'DECISION_UNVERIFIED', params: { cause: 'KEY_SET_ROLLED_BACK' } }]);
  });

  it('asks MC once more when the key of an answer is revoked, for MC has signed it anew by then', async () => {
    const truth = await mc.passing();
    const next = generateSigningKey('ed25519');
    const anew = await mc.resigned(truth, { revision: (truth.revision ?? 0) + 1 }, next.privateKeyPem);
    mc.onKeys = () => keySet(2, [mc.world.keys.decision, next], 60 * minute, mc.world.keys.decision.keyId);
    mc.onQuestion = async (attempt) => json(attempt === 0 ? truth : { ...truth, bundle: anew });
    expect(await mc.poll()).toMatchObject({ verdict: 'pass', source: 'mc' });
    mc.onQuestion = async () => json(truth);
    expect(await mc.poll()).toMatchObject({ verdict: 'hold', reasons: [{ params: { cause: 'the key is revoked' } }] });
  });

  it('asks no second time where it has just asked, nor for a decision that no key could save', async () => {
    const truth = await mc.passing();
    const stranger = await mc.resigned(truth, {}, generateSigningKey('ed25519').privateKeyPem);
    mc.onQuestion = async () => json({ ...truth, bundle: stranger });
    expect((await mc.poll()).reasons).toMatchObject([{ code: 'DECISION_UNVERIFIED', params: { cause: 'KEY_UNKNOWN' } }]);
    expect(keyCalls()).toBe(1);
    const state = memoryState();
    mc.onQuestion = async () => json(truth);
    await mc.poll({ state });
    mc.onQuestion = async () => json({ ...truth, bundle: await mc.resigned(truth, { mode: 'shadow' }) });
    expect(code(await mc.poll({ state }))).toBe('DECISION_UNVERIFIED');
    expect(keyCalls()).toBe(2);
  });

  it('bridges no outage by a pass whose key set has expired', async () => {
    mc.onKeys = () => keySet(1, [mc.world.keys.decision], 2 * minute);
    await mc.passing();
    expect((await mc.poll()).verdict).toBe('pass');
    mc.onQuestion = away;
    mc.world.clock.advance(minute);
    expect((await mc.poll()).source).toBe('remembered');
    mc.world.clock.advance(minute);
    expect(await mc.poll()).toMatchObject({ verdict: 'hold', source: 'client', reasons: [{ code: 'MC_UNREACHABLE' }] });
  });
});

function inAnHour(): string {
  return new Date(mc.world.clock.now() + 60 * minute).toISOString();
}
