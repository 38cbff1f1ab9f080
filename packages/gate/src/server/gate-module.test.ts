import type { Principal } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import type { GateError } from '../gate-error.ts';
import { replaysEveryDecision } from '../testing/replays.ts';
import { ask, measuredStage } from '../testing/scenes.ts';
import { ask20, createWorld, digestA, principal } from '../testing/world.ts';
import { askRollout } from './gate-module.ts';
import { gateMetrics } from './gate-metrics.ts';

replaysEveryDecision();

const signal = AbortSignal.timeout(60_000);

describe('POST /v1/gate/rollout', () => {
  it('refuses a bad question with every fault and its path', async () => {
    const { module } = await createWorld();
    const body = { service: '', releaseId: 7, environment: 'production', stage: '100', digests: ['latest'], force: true };
    const refused = askRollout(module.gate, principal(), body);
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_QUESTION', status: 400 });
    const faults = await refused.then(
      () => [],
      (error: GateError) => error.faults,
    );
    expect(faults.map(({ path }) => path).sort()).toEqual(['/digests/0', '/force', '/releaseId', '/service', '/stage']);
  });

  it.each([[null], [undefined], ['pass'], [7], [[]], [{}]])('refuses %j as a question', async (body) => {
    const { module } = await createWorld();
    await expect(askRollout(module.gate, principal(), body)).rejects.toMatchObject({ code: 'INVALID_QUESTION', status: 400 });
  });

  const refusals: [string, object, Principal][] = [
    ['another tenant', { ...ask20, tenant: 'globex' }, principal()],
    ['a service that the token does not grant', ask20, principal('acme', { services: ['cart'] })],
    ['a token without the scope', ask20, principal('acme', { scopes: ['decision:read'] })],
  ];
  it.each(refusals)('refuses %s with one text', async (_title, body, caller) => {
    const world = await createWorld();
    await expect(askRollout(world.module.gate, caller, body)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      status: 403,
      message: 'this token does not allow it',
    });
    expect(world.events).toEqual([]);
  });

  it('takes the tenant from the token: two tenants never see each other', async () => {
    const world = await createWorld();
    await measuredStage(world);
    const mine = await ask(world);
    const theirs = await ask(world, ask20, principal('globex'));
    expect([mine.verdict, theirs.verdict]).toEqual(['pass', 'hold']);
    expect(theirs).toMatchObject({ revision: 1, measured: null });
    expect(theirs.stageStartedAt).not.toBe(mine.stageStartedAt);
  });
});

describe('GET /v1/decisions', () => {
  it('gives the record of a decision and the pass before it', async () => {
    const world = await createWorld();
    await measuredStage(world);
    const pass = await ask(world);
    const other = await ask(world, { ...ask20, releaseId: 'B' });
    const record = await world.module.records.record(principal(), other.decisionId ?? '');
    expect(record).toMatchObject({
      bundle: other.bundle,
      lastPass: { bundle: pass.bundle },
      policy: { layer: 'standard', entrypoint: 'promotable/rollout/decision' },
    });
  });

  it('knows no decision of another tenant, of an ungranted service, or that is none', async () => {
    const world = await createWorld();
    const { decisionId } = await ask(world);
    const { records } = world.module;
    const missing = { code: 'DECISION_NOT_FOUND', status: 404 };
    await expect(records.record(principal('globex'), decisionId ?? '')).rejects.toMatchObject(missing);
    await expect(records.record(principal('acme', { services: ['cart'] }), decisionId ?? '')).rejects.toMatchObject(missing);
    await expect(records.record(principal(), "' OR 1=1")).rejects.toMatchObject(missing);
    await expect(records.record(principal('acme', { scopes: ['gate:ask'] }), decisionId ?? '')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('lists the decisions of a release, latest first, of this tenant alone', async () => {
    const world = await createWorld();
    await measuredStage(world);
    await ask(world);
    const { records } = world.module;
    const { decisions } = await records.list(principal(), { service: 'checkout', releaseId: 'A' });
    expect(decisions.map(({ verdict, revision }) => [verdict, revision])).toEqual([
      ['pass', 2],
      ['hold', 1],
    ]);
    expect((await records.list(principal('globex'), { service: 'checkout', releaseId: 'A' })).decisions).toEqual([]);
    await expect(records.list(principal(), { service: 'checkout' })).rejects.toMatchObject({
      code: 'INVALID_QUESTION',
      faults: [{ path: '/releaseId' }],
    });
  });
});

describe('evidenceOk', () => {
  const context = (caller = principal()) => ({ principal: caller, traceId: 'c'.repeat(32), signal });

  it('is true for a pass alone, with the exact p95 rounded up', async () => {
    const world = await createWorld();
    await measuredStage(world, ask20, { p95Ms: 120.2 });
    const { evidenceOk } = world.module.resolvers.Query;
    const answer = await evidenceOk(null, { ...ask20, tenant: null }, context());
    expect(answer).toMatchObject({
      ok: true,
      verdict: 'pass',
      stage: '20',
      snapshot: { service: 'checkout', p95Ms: 121, p99Ms: null, window: '300s' },
    });
    expect(world.events.at(-1)?.decision.traceId).toBe('c'.repeat(32));
  });

  it('asks about the last stage when none is named, and has no snapshot where nothing was measured', async () => {
    const world = await createWorld();
    const answer = await world.module.resolvers.Query.evidenceOk(
      null,
      { service: 'checkout', releaseId: 'A', environment: 'production', digests: [digestA] },
      context(),
    );
    expect(answer).toMatchObject({ ok: false, verdict: 'hold', stage: '50', snapshot: null, cost: null });
    expect(answer.reasons.length).toBe(answer.reasonDetails?.length);
  });

  it('wants an environment where the tenant has no default one', async () => {
    const world = await createWorld();
    await expect(world.module.resolvers.Query.evidenceOk(null, { service: 'checkout', releaseId: 'A' }, context())).rejects.toMatchObject({
      code: 'MISSING_FIELD',
      status: 400,
      faults: [{ path: '/environment' }],
    });
  });

  it('refuses another tenant', async () => {
    const world = await createWorld();
    await expect(world.module.resolvers.Query.evidenceOk(null, { ...ask20, tenant: 'globex' }, context())).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});

describe('the gate’s metrics', () => {
  it('count decisions and not polls, by listed stage, and time every answer', async () => {
    const seen: string[] = [];
    const events = gateMetrics(
      {
        counter: ({ name }) => ({
          inc: (labels, value = 1) => void (value > 0 && seen.push(`${name} ${labels['stage'] ?? labels['code']}`)),
        }),
        histogram: ({ name }) => ({
          observe: (labels, value) => void seen.push(`${name} ${labels['stage'] ?? labels['verdict'] ?? labels['environment']} ${value}`),
        }),
      },
      ['production'],
    );
    const world = await createWorld();
    world.events.push = (event) => {
      events.onDecision?.(event);
      return 0;
    };
    await measuredStage(world);
    await ask(world);
    await ask(world);
    await ask(world, { ...ask20, stage: '33' });
    expect(seen).toEqual([
      'rollout_gate_hold_total 20',
      'rollout_gate_reasons_total NO_EVIDENCE',
      'rollout_gate_reasons_total PENDING',
      'rollout_gate_pass_total 20',
      'rollout_gate_hold_seconds 20 420',
      'rollout_gate_hold_total other',
      'rollout_gate_reasons_total NO_EVIDENCE',
      'rollout_gate_reasons_total PENDING',
      'rollout_gate_reasons_total UNKNOWN_STAGE',
    ]);
    events.onAnswer?.({ verdict: 'hold', environment: 'production', durationMs: 250, heldForMs: 901_000 });
    events.onAnswer?.({ verdict: 'pass', environment: 'elsewhere', durationMs: 20, heldForMs: null });
    expect(seen.slice(-3)).toEqual([
      'rollout_gate_duration_seconds hold 0.25',
      'rollout_gate_hold_age_seconds production 901',
      'rollout_gate_duration_seconds pass 0.02',
    ]);
  });
});
