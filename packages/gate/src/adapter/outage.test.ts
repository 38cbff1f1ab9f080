// Two hours without MC, on a clock that the test turns.
import { digestOf, localSigner, signStatement } from '@promotable/attest';
import { type Override, predicateTypes, statementType } from '@promotable/contracts';
import { expect, it } from 'vitest';
import { type AdapterWorld, adapterWorld } from '../testing/adapter-world.ts';
import { ask as askAt, measuredStage, minute, publishWindow } from '../testing/scenes.ts';
import { ask20, digestA, digestB } from '../testing/world.ts';

const releases = Array.from({ length: 20 }, (_, index) => ({ ...ask20, releaseId: `R${index}`, service: `service-${index}` }));
/** Every 100 s for two hours: the controller asks more often, and would be answered the same. */
const [pollMs, rounds] = [100_000, 72];
/** A was promoted, then B: going back to A is a rollback to a proven release. */
const rollback = { ...ask20, service: 'returning', releaseId: 'A', podTemplateHash: 'podBack' };
const urgent = { ...ask20, service: 'urgent', releaseId: 'U' };

async function signedOverride({ world, officer }: AdapterWorld) {
  const at = (ms: number) => new Date(world.clock.now() + ms).toISOString();
  const override: Override = {
    ...{ id: 'o-1', kind: 'override', tenant: 'acme', service: urgent.service, environment: urgent.environment, stages: ['20'] },
    ...{
      digests: urgent.digests,
      codes: ['PENDING'],
      actor: 'https://issuer.test#ada',
      author: null,
      reason: 'MC is away',
      ticket: 'INC-1',
    },
    ...{ offline: true, issuedAt: at(0), expiresAt: at(60 * minute) },
  };
  const { tenant, service, environment, kind, id, digests } = override;
  const subject = [
    { name: 'override', digest: { sha256: digestOf({ tenant, service, environment, kind, id }) } },
    ...digests.map((digest) => ({ digest: { sha256: digest.slice('sha256:'.length) } })),
  ];
  return signStatement(
    { _type: statementType, subject, predicateType: predicateTypes.override, predicate: override },
    localSigner(officer.privateKeyPem),
  );
}

it('while MC is away for two hours 20 releases are held and none is aborted, a rollback and an override go on, one page is sent, and all resume within one poll', async () => {
  const scene = await adapterWorld({ totalMs: 2 });
  const { world } = scene;
  for (const [releaseId, digest] of [
    ['A', digestA],
    ['B', digestB],
  ] as const)
    await promotedAs(scene, releaseId, digest);
  world.clock.advance(24 * 60 * minute);
  for (const question of [...releases, urgent]) expect(await scene.ask(question)).toMatchObject({ verdict: 'hold', source: 'mc' });
  expect(await scene.ask(rollback)).toMatchObject({ verdict: 'pass', source: 'mc' });
  world.clock.advance(minute);

  scene.isAway = true;
  const given = { pass: 0, fail: 0, hold: 0 };
  const passedBy = new Set<string>();
  for (let polls = 0; polls < rounds; polls++) {
    // The controller has its pass after the first one, and asks no more.
    const open = [...releases, ...[urgent, rollback].filter(({ service }) => !passedBy.has(service))];
    if (polls === 18) scene.overrides.push(await signedOverride(scene));
    for (const answer of await Promise.all(open.map((question) => scene.ask(question)))) {
      given[answer.verdict]++;
      if (answer.verdict === 'pass') passedBy.add(answer.service);
      else expect(answer).toMatchObject({ source: 'client', reasons: [{ code: 'MC_UNREACHABLE' }] });
    }
    world.clock.advance(pollMs);
  }
  expect(given).toEqual({ pass: 2, fail: 0, hold: 20 * rounds + 18 });
  expect([...passedBy].sort()).toEqual(['returning', 'urgent']);
  const overridden = scene.answers.filter(({ answer }) => answer.source === 'override');
  expect(overridden.map(({ answer }) => [answer.service, answer.override])).toEqual([['urgent', 'o-1']]);
  const told = scene.holds.map(({ level, state, environment }) => `${level} ${state} ${environment}`);
  expect(told).toEqual(['notify reached production', 'page reached production']);
  expect(scene.adapter.holds.counts()).toEqual([{ environment: 'production', level: 'page', count: 20 }]);

  scene.isAway = false;
  for (const question of releases) publishWindow(world, question, { lengthMs: 5 * minute });
  const back = await Promise.all(releases.map((question) => scene.ask(question)));
  expect(back.map(({ verdict, source }) => `${verdict} by ${source}`)).toEqual(releases.map(() => 'pass by mc'));
  expect(scene.holds.slice(2).map(({ level, state }) => `${level} ${state}`)).toEqual(['notify ended', 'page ended']);
  expect(scene.adapter.holds.counts()).toEqual([]);
});

/** Through both stages at MC itself, before the adapter is asked about anything. */
async function promotedAs({ world }: AdapterWorld, releaseId: string, digest: string): Promise<void> {
  for (const stage of ['20', '50']) {
    const question = { ...ask20, service: rollback.service, releaseId, digests: [digest], stage, podTemplateHash: `pod${releaseId}` };
    await measuredStage(world, question);
    const { verdict } = await askAt(world, question);
    if (verdict !== 'pass') throw new Error(`${releaseId} did not pass ${stage}`);
  }
}
