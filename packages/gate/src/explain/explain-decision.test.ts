import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localSigner, paeOf, payloadOf, publicKeyFromPem, signatureOf, signStatement } from '@promotable/attest';
import type { DecisionPredicate, DecisionRecord } from '@promotable/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decisionStatement } from '../decision-statement.ts';
import { explainDecision } from '../explain/explain-decision.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, measuredStage } from '../testing/scenes.ts';
import { ask20, createWorld, digestA, digestB, policyOfRecord, principal, type World } from '../testing/world.ts';

replaysEveryDecision();

let world: World;
let record: DecisionRecord;

const explain = (value: unknown) => {
  const key = publicKeyFromPem(world.keys.decision.publicKeyPem);
  return explainDecision(value, { keys: () => key, loadPolicy: policyOfRecord });
};

/** Release A passed; then B failed. */
beforeEach(async () => {
  world = await createWorld();
  await measuredStage(world);
  await ask(world);
  const question = { ...ask20, releaseId: 'B', digests: [digestB] };
  await measuredStage(world, question, { p95Ms: 900 });
  const { decisionId } = await ask(world, question);
  record = await world.module.records.record(principal(), decisionId ?? '');
});

async function resigned(changes: Partial<DecisionPredicate>): Promise<DecisionRecord> {
  const { predicate } = JSON.parse(Buffer.from(payloadOf(record.bundle)).toString('utf8')) as { predicate: DecisionPredicate };
  return {
    ...record,
    bundle: await signStatement(decisionStatement({ ...predicate, ...changes }), localSigner(world.keys.decision.privateKeyPem)),
  };
}

describe('an explanation', () => {
  it('tells a person the verdict, what changed since the last pass, the last good digests and what to type next', async () => {
    const explained = await explain(record);
    expect(explained).toMatchObject({ verdict: 'fail', replayed: 'equal', differences: [], lastGoodDigests: [digestA] });
    expect(explained.reasons[0]?.code).toBe('P95_OVER_BUDGET');
    expect(explained.sinceLastPass?.changes).toEqual(
      expect.arrayContaining([
        { what: 'release', before: 'A', after: 'B' },
        { what: 'digests', before: digestA, after: digestB },
        { what: 'p95Ms', before: 120, after: 900 },
      ]),
    );
    expect(explained.sinceLastPass?.changes.map(({ what }) => what)).not.toContain('policy');
    expect(explained.nextCommand).toBe('mc policy thresholds --service checkout --environment production --layer standard');
  });

  it('says what is different when the same facts give another verdict', async () => {
    const forged = await resigned({ verdict: 'pass', reasons: [] });
    expect(await explain(forged)).toMatchObject({ replayed: 'different', differences: ['verdict', 'reasons'] });
  });

  it('says so when the policy of the record is not the one that decided', async () => {
    const layers = structuredClone(record.policy.data) as { configuration: { layers: { values: { p95BudgetMs?: number } }[] } };
    for (const { values } of layers.configuration.layers) if (values.p95BudgetMs !== undefined) values.p95BudgetMs = 2000;
    const explained = await explain({ ...record, policy: { ...record.policy, data: layers } });
    expect(explained.differences).toContain('policyDigest');
    expect(explained.replayed).toBe('different');
  });

  it('refuses facts that are not those of the decision', async () => {
    await expect(explain({ ...record, facts: { ...record.facts, stage: { startedAgoMs: 1 } } })).rejects.toMatchObject({
      code: 'RECORD_INVALID',
    });
  });

  it('refuses a last pass that is none', async () => {
    await expect(explain({ ...record, lastPass: { bundle: record.bundle, facts: record.facts } })).rejects.toMatchObject({
      code: 'RECORD_INVALID',
    });
  });

  it('refuses a record without a signature that holds', async () => {
    const payload = Buffer.from(record.bundle.dsseEnvelope.payload, 'base64');
    payload[40] = (payload[40] as number) ^ 1;
    const dsseEnvelope = { ...record.bundle.dsseEnvelope, payload: payload.toString('base64') };
    await expect(explain({ ...record, bundle: { ...record.bundle, dsseEnvelope } })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    await expect(explain({ ...record, bundle: null })).rejects.toMatchObject({ code: 'RECORD_INVALID', faults: [{ path: '/bundle' }] });
    await expect(explain('a record')).rejects.toMatchObject({ code: 'RECORD_INVALID' });
  });
});

describe('an exported decision', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gate-openssl-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const openssl = () =>
    execFileSync(
      'openssl',
      ['dgst', '-sha256', '-verify', join(folder, 'key.pem'), '-signature', join(folder, 'sig'), join(folder, 'bytes')],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    );

  it('is verified by openssl, and with one flipped bit it is not', async () => {
    const bytes = Buffer.from(paeOf(record.bundle));
    await writeFile(join(folder, 'key.pem'), world.keys.decision.publicKeyPem);
    await writeFile(join(folder, 'sig'), signatureOf(record.bundle));
    await writeFile(join(folder, 'bytes'), bytes);
    expect(openssl()).toBe('Verified OK\n');
    for (const position of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
      const flipped = Buffer.from(bytes);
      flipped[position] = (flipped[position] as number) ^ 1;
      await writeFile(join(folder, 'bytes'), flipped);
      expect(openssl).toThrow();
    }
  });
});
