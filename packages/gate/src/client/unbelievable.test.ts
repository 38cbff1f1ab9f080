import { generateSigningKey } from '@promotable/attest';
import type { Bundle, GateAnswer } from '@promotable/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { memoryState } from '../client.ts';
import { code, json, lyingMc, type LyingMc } from '../testing/lying-mc.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, measuredStage, minute, publishWindow } from '../testing/scenes.ts';
import { ask20, digestB, principal } from '../testing/world.ts';

replaysEveryDecision();

let mc: LyingMc;
beforeEach(async () => {
  mc = await lyingMc();
});

describe('a decision that cannot be believed is a hold:', () => {
  const lies: [string, string, (truth: GateAnswer) => Promise<unknown>][] = [
    ['unsigned pass', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: null })],
    ['unsigned fail', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, verdict: 'fail', bundle: null })],
    ['unknown verdict', 'ANSWER_UNREADABLE', async (truth) => ({ ...truth, verdict: 'warn' })],
    [
      'a verdict other than the signed one',
      'DECISION_FOREIGN',
      async (truth) => ({
        ...truth,
        bundle: await mc.resigned(truth, {
          verdict: 'hold',
          validUntil: null,
          reasons: [{ code: 'STALE', class: 'missing_proof', params: {}, message: '', fix: '' }],
        }),
      }),
    ],
    ['a flipped bit in the payload', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: flipped(truth.bundle as Bundle) })],
    [
      'signed by an unlisted key',
      'DECISION_UNVERIFIED',
      async (truth) => ({ ...truth, bundle: await mc.resigned(truth, {}, generateSigningKey('ecdsa-p256').privateKeyPem) }),
    ],
    [
      'signed by the root',
      'DECISION_UNVERIFIED',
      async (truth) => ({ ...truth, bundle: await mc.resigned(truth, {}, mc.world.keys.root.privateKeyPem) }),
    ],
    ['shadow mode', 'DECISION_UNVERIFIED', async (truth) => ({ ...truth, bundle: await mc.resigned(truth, { mode: 'shadow' }) })],
    [
      'a pass that gives a reason against itself',
      'DECISION_UNVERIFIED',
      async (truth) => ({
        ...truth,
        bundle: await mc.resigned(truth, { reasons: [{ code: 'STALE', class: 'missing_proof', params: {}, message: '', fix: '' }] }),
      }),
    ],
    [
      'a pass without an end',
      'DECISION_UNVERIFIED',
      async (truth) => ({ ...truth, bundle: await mc.resigned(truth, { validUntil: null }) }),
    ],
    [
      'an expired pass',
      'DECISION_EXPIRED',
      async (truth) => ({ ...truth, bundle: await mc.resigned(truth, { validUntil: new Date(mc.world.clock.now()).toISOString() }) }),
    ],
    [
      'dated ahead',
      'DECISION_UNVERIFIED',
      async (truth) => ({
        ...truth,
        bundle: await mc.resigned(truth, { evaluatedAt: new Date(mc.world.clock.now() + 2 * minute).toISOString() }),
      }),
    ],
    ['other digests', 'DECISION_FOREIGN', async (truth) => ({ ...truth, bundle: await mc.resigned(truth, { digests: [digestB] }) })],
    ['fewer digests', 'DECISION_FOREIGN', async (truth) => ({ ...truth, bundle: await mc.resigned(truth, { digests: [] }) })],
    [
      'another pod template',
      'DECISION_FOREIGN',
      async (truth) => ({ ...truth, bundle: await mc.resigned(truth, { podTemplateHash: 'other' }) }),
    ],
    ...(['service', 'releaseId', 'environment'] as const).map((field): [string, string, (truth: GateAnswer) => Promise<unknown>] => [
      `another ${field}`,
      'DECISION_FOREIGN',
      async (truth) => ({ ...truth, bundle: await mc.resigned(truth, { subject: { ...subject, [field]: 'other' } }) }),
    ]),
    [
      'another stage',
      'DECISION_FOREIGN',
      async (truth) => ({ ...truth, bundle: await mc.resigned(truth, { subject: { ...subject, stage: '50' } }) }),
    ],
    [
      'another kind',
      'DECISION_FOREIGN',
      async (truth) => ({ ...truth, bundle: await mc.resigned(truth, { subject: { ...subject, kind: 'promotion' } }) }),
    ],
    [
      'subjects that are not the decision’s',
      'DECISION_UNVERIFIED',
      async (truth) => ({
        ...truth,
        bundle: await mc.restated(truth, (statement) => ({ ...statement, subject: statement.subject.slice(0, 1) })),
      }),
    ],
    [
      'another predicate type',
      'DECISION_UNVERIFIED',
      async (truth) => ({
        ...truth,
        bundle: await mc.restated(truth, (statement) => ({
          ...statement,
          predicateType: 'https://promotable.dev/attestation/evidence/v1',
        })),
      }),
    ],
  ];
  const subject = { tenant: 'acme', service: 'checkout', releaseId: 'A', environment: 'production', kind: 'rollout' as const, stage: '20' };

  it.each(lies)('%s', async (_title, expected, lie) => {
    const truth = await mc.passing();
    mc.onQuestion = async () => json(await lie(truth));
    const answer = await mc.poll();
    expect(answer).toMatchObject({ verdict: 'hold', exitCode: 3, source: 'client', decision: null });
    expect(code(answer)).toBe(expected);
  });

  it('another tenant’s, named or remembered', async () => {
    await measuredStage(mc.world, ask20, {}, 'globex');
    const theirs = await ask(mc.world, ask20, principal('globex'));
    await mc.poll();
    mc.onQuestion = async () => json(theirs);
    expect(code(await mc.poll())).toBe('DECISION_FOREIGN');
    expect(code(await mc.poll({ question: { ...ask20, tenant: 'acme' }, state: memoryState() }))).toBe('DECISION_FOREIGN');
  });

  it('an older one than the last one seen, also of an earlier epoch', async () => {
    const pass = await mc.passing();
    expect((await mc.poll()).verdict).toBe('pass');
    publishWindow(mc.world, ask20, { p95Ms: 900 });
    expect((await mc.poll()).verdict).toBe('fail');
    mc.onQuestion = async () => json(pass);
    expect(code(await mc.poll())).toBe('DECISION_OUTDATED');
    const earlier = await mc.resigned(pass, { epoch: '01000000-0000-7000-8000-000000000000', revision: 99 });
    mc.onQuestion = async () => json({ ...pass, bundle: earlier });
    expect(code(await mc.poll())).toBe('DECISION_OUTDATED');
    const later = await mc.resigned(pass, { epoch: 'ff000000-0000-7000-8000-000000000000', revision: 1 });
    mc.onQuestion = async () => json({ ...pass, bundle: later });
    expect((await mc.poll()).verdict).toBe('pass');
  });

  it('another one of the same revision', async () => {
    const pass = await mc.passing();
    await mc.poll();
    mc.onQuestion = async () => json({ ...pass, bundle: await mc.resigned(pass, { traceId: 'x' }) });
    expect(code(await mc.poll())).toBe('DECISION_UNVERIFIED');
  });
});

describe('a key set that cannot be believed is a hold:', () => {
  it('one by another root', async () => {
    await mc.passing();
    const other = generateSigningKey('ed25519');
    expect(code(await mc.poll({ trust: { rootPublicKey: other.publicKeyPem } }))).toBe('DECISION_UNVERIFIED');
  });

  it('one older than the version pinned or seen', async () => {
    expect(code(await mc.poll({ trust: { rootPublicKey: mc.world.keys.root.publicKeyPem, minimumVersion: 2 } }))).toBe(
      'DECISION_UNVERIFIED',
    );
    mc.onKeys = async () => json({ keySet: await mc.world.keySetBundle(3) });
    expect((await mc.poll()).source).toBe('mc');
    mc.onKeys = async () => json({ keySet: await mc.world.keySetBundle(2) });
    mc.world.clock.advance(6 * minute);
    expect(code(await mc.poll())).toBe('DECISION_UNVERIFIED');
  });

  it.each([
    ['HTML', () => new Response('<html>')],
    ['nothing', () => json({})],
    ['404', () => json({}, 404)],
  ])('%s in its place', async (_title, reply) => {
    mc.onKeys = async () => reply();
    expect((await mc.poll()).verdict).toBe('hold');
    expect((await mc.poll()).source).toBe('client');
  });
});

function flipped(bundle: Bundle): Bundle {
  const payload = Buffer.from(bundle.dsseEnvelope.payload, 'base64');
  payload[40] = (payload[40] as number) ^ 1;
  return { ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, payload: payload.toString('base64') } };
}
