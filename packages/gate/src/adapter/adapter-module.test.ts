import { describe, expect, it } from 'vitest';
import { adapterWorld } from '../testing/adapter-world.ts';
import { measuredStage } from '../testing/scenes.ts';
import { ask20 } from '../testing/world.ts';
import { type AdapterApplication, gateAdapterModule, type GateAdapterModuleOptions } from './adapter-module.ts';

type Route = Parameters<AdapterApplication['post']>;

/** The module of an adapter before an MC, and the route it mounts. */
async function mounted(changes: Partial<GateAdapterModuleOptions> = {}) {
  const scene = await adapterWorld();
  const module = gateAdapterModule({ ...scene.options, ...changes });
  const routes: Route[] = [];
  module.routes({ post: (...route) => routes.push(route) }, { metrics: null });
  const [route] = routes;
  if (route === undefined || routes.length > 1) throw new Error('not one route');
  const [path, options, handle] = route;
  const post = (headers: Record<string, unknown> = {}, promotable: Parameters<Route[2]>[0]['promotable'] = null, body: unknown = ask20) =>
    handle({ body, headers, promotable });
  return { scene, module, path, options, post };
}

describe('the route of an adapter', () => {
  it('is open to whoever reaches the port, has two seconds beyond its time for MC, and a hold beside every error', async () => {
    const { path, options } = await mounted({ totalMs: 3000 });
    expect([path, options]).toEqual([
      '/v1/gate/rollout',
      { config: { public: true, timeoutMs: 5000, errorFields: { verdict: 'hold' } }, bodyLimit: 65_536 },
    ]);
    const { totalMs: _, ...untimed } = (await adapterWorld()).options;
    let policy: object = {};
    gateAdapterModule(untimed).routes({ post: (_path, { config }) => (policy = config) }, { metrics: null });
    expect(policy).toMatchObject({ timeoutMs: 10_000 });
  });

  it('answers under the trace of its request, and names the decision as what the answer comes from', async () => {
    const { scene, post } = await mounted();
    await measuredStage(scene.world);
    const request = { trace: { traceId: '7'.repeat(32) }, signal: new AbortController().signal, provenanceId: null };
    const answer = await post({}, request);
    expect(answer).toMatchObject({ verdict: 'pass', traceId: '7'.repeat(32), decisionId: expect.any(String) });
    expect(request.provenanceId).toBe(answer.decisionId);
    expect(await post()).toMatchObject({ verdict: 'pass', traceId: null });
    expect(scene.answers.map(({ isNew }) => isNew)).toEqual([true, false]);
  });

  it('gives up with its request: that is a hold', async () => {
    const { scene, post } = await mounted();
    await measuredStage(scene.world);
    const request = { trace: { traceId: '7'.repeat(32) }, signal: AbortSignal.abort(), provenanceId: null };
    expect(await post({}, request)).toMatchObject({ verdict: 'hold', decisionId: null });
    expect(request.provenanceId).toBeNull();
  });

  it('refuses a question with faults, which a repetition would not mend', async () => {
    const { post } = await mounted();
    await expect(post({}, null, { ...ask20, stage: '100' })).rejects.toMatchObject({ code: 'INVALID_QUESTION', status: 400 });
  });
});

describe('a token of callers', () => {
  const refused = { code: 'UNAUTHENTICATED', status: 401, message: 'this adapter asks for a token' };

  it('is read anew for each question', async () => {
    let token = 'first';
    const { post } = await mounted({ callerToken: async () => token });
    expect((await post({ authorization: 'Bearer first' })).verdict).toBe('hold');
    expect((await post({ authorization: 'bearer  first' })).verdict).toBe('hold');
    token = 'second';
    await expect(post({ authorization: 'Bearer first' })).rejects.toMatchObject(refused);
    expect((await post({ authorization: 'Bearer second' })).verdict).toBe('hold');
  });

  it.each([
    ['nothing', {}],
    ['another token', { authorization: 'Bearer other' }],
    ['a part of it', { authorization: 'Bearer wante' }],
    ['more than it', { authorization: 'Bearer wanted more' }],
    ['something before the scheme', { authorization: 'x Bearer wanted' }],
    ['another scheme', { authorization: 'Basic wanted' }],
    ['a scheme alone', { authorization: 'Bearer ' }],
    ['the header twice', { authorization: ['Bearer wanted', 'Bearer wanted'] }],
  ])('is not met by %s', async (_title, headers) => {
    const { scene, post } = await mounted({ callerToken: async () => 'wanted' });
    await expect(post(headers)).rejects.toMatchObject(refused);
    expect(scene.answers).toEqual([]);
  });

  it('that is empty lets nobody in, and one that cannot be read neither', async () => {
    const empty = await mounted({ callerToken: async () => '' });
    await expect(empty.post({ authorization: 'Bearer ' })).rejects.toMatchObject(refused);
    await expect(empty.post()).rejects.toMatchObject(refused);
    const unread = await mounted({ callerToken: () => Promise.reject(new Error('not mounted')) });
    await expect(unread.post({ authorization: 'Bearer x' })).rejects.toThrow('not mounted');
    expect(unread.scene.answers).toEqual([]);
  });
});

it('the module is ready when its adapter is', async () => {
  const { module } = await mounted();
  expect([module.name, module.readiness.map(({ name }) => name)]).toEqual(['gate-adapter', ['gate-client']]);
  await module.readiness[0]?.check();
  const away = await mounted({ token: () => Promise.reject(new Error('no token')) });
  await expect(away.module.readiness[0]?.check()).rejects.toThrow('no token');
});
