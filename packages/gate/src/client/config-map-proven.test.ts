// A ConfigMap as its API keeps it: versions, merge patches, refusals.
import { beforeEach, describe, expect, it } from 'vitest';
import { configMapProven } from '../client.ts';
import { emptyProven } from './proven-store.ts';

let version: number;
let data: Record<string, string> | undefined;
let requests: { readonly method: string; readonly path: string; readonly headers: Headers }[];
let refusal: Response | Error | null;

const api: typeof fetch = async (input, init = {}) => {
  const { method = 'GET', headers, body } = init;
  requests.push({ method, path: new URL(String(input)).pathname, headers: new Headers(headers) });
  if (refusal instanceof Error) throw refusal;
  if (refusal !== null) return refusal;
  if (method === 'PATCH') {
    const patch = JSON.parse(String(body)) as { metadata?: { resourceVersion: string }; data: Record<string, string> };
    if (patch.metadata !== undefined && patch.metadata.resourceVersion !== String(version)) return new Response('{}', { status: 409 });
    version++;
    data = { ...data, ...patch.data };
  }
  return Response.json({
    metadata: { resourceVersion: String(version), name: 'promotable-proven' },
    ...(data === undefined ? {} : { data }),
  });
};

const store = () =>
  configMapProven({
    url: 'https://10.0.0.1:443/',
    namespace: 'promotable',
    name: 'promotable-proven',
    token: async () => 'service-account\n',
    fetch: api,
  });
const memory = { ...emptyProven, tenant: 'acme' };

beforeEach(() => {
  version = 1;
  data = undefined;
  requests = [];
  refusal = null;
});

describe('lists in a ConfigMap', () => {
  it('are nothing at first, and then what was saved, for every pod', async () => {
    const one = store();
    expect(await one.load()).toBeNull();
    await one.save(memory);
    expect(await store().load()).toEqual(memory);
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
      ['GET', 'PATCH', 'GET'].map((method) => `${method} /api/v1/namespaces/promotable/configmaps/promotable-proven`),
    );
    expect(requests[1]?.headers.get('content-type')).toBe('application/merge-patch+json');
    expect(requests[0]?.headers.get('authorization')).toBe('Bearer service-account');
  });

  it('leave what else it holds alone', async () => {
    data = { other: 'kept' };
    await store().save(memory);
    expect(data).toEqual({ other: 'kept', 'proven.json': JSON.stringify(memory) });
  });

  it('are not written over those of a replica that came first, and are written after it was read', async () => {
    const [one, two] = [store(), store()];
    await Promise.all([one.load(), two.load()]);
    await one.save(memory);
    await expect(two.save(emptyProven)).rejects.toMatchObject({ code: 'STATE_NOT_WRITABLE', status: 409, retryable: true });
    await two.load();
    await two.save(memory);
    await two.save(emptyProven);
    expect(await one.load()).toEqual(emptyProven);
  });

  it.each([
    ['refused', () => new Response('{}', { status: 403 }), 403],
    ['not there', () => new Response('{}', { status: 404 }), 404],
    ['away', () => new TypeError('fetch failed'), 500],
    ['no JSON', () => new Response('<html>'), 500],
    ['no ConfigMap', () => Response.json({}), 500],
  ])('are an error where they are %s, and never nothing', async (_what, answer, status) => {
    refusal = answer();
    await expect(store().load()).rejects.toMatchObject({ code: 'STATE_UNREADABLE', status });
  });

  it('that were damaged are an error', async () => {
    for (const text of ['', '{}', 'null', JSON.stringify({ ...memory, version: 2 })]) {
      data = { 'proven.json': text };
      await expect(store().load()).rejects.toMatchObject({ code: 'STATE_UNREADABLE' });
    }
  });
});
