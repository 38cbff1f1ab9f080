import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { createPricingBackend } from '../src/pricing-backend.js';
import { readReleaseConfig } from '../src/release-config.js';
import { createService } from '../src/service.js';

const config = await readReleaseConfig();
const servers = [];

async function listen(server) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  servers.push(server);
  return `http://127.0.0.1:${server.address().port}`;
}

let url;
before(async () => {
  const prices = createServer((request, response) => {
    if (request.url === '/prices/broken') response.writeHead(500).end('{}');
    else response.end(JSON.stringify({ priceCents: request.url.length * 100 }));
  });
  const backend = createPricingBackend(await listen(prices));
  url = await listen(createService({ ...config, price: backend.price }));
});
after(() => {
  for (const server of servers) server.close().closeAllConnections();
});

test("a quote holds the backend's price and names the release", async () => {
  const response = await fetch(`${url}/quotes/mug`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { sku: 'mug', priceCents: 1100, releaseId: config.releaseId });
});

test('a name with odd characters reaches the backend whole', async () => {
  assert.equal((await (await fetch(`${url}/quotes/a%2Fb`)).json()).sku, 'a/b');
});

test('an unknown path is not found', async () => {
  const response = await fetch(`${url}/nowhere`);
  assert.equal(response.status, 404);
  assert.deepEqual(await response.json(), { error: 'NOT_FOUND' });
});

test('a failing backend is a bad gateway, and the slot is free again', async () => {
  for (let n = 0; n <= config.poolSize; n += 1) assert.equal((await fetch(`${url}/quotes/broken`)).status, 502);
  assert.equal((await fetch(`${url}/quotes/mug`)).status, 200);
});

test('no more requests than slots are at the backend, and the others follow in the order in which they came', async () => {
  const asked = [];
  const pending = [];
  let peak = 0;
  const price = (sku) => {
    asked.push(sku);
    return new Promise((resolve) => {
      pending.push(() => resolve(1));
      peak = Math.max(peak, pending.length);
    });
  };
  const service = createService({ ...config, price });
  const base = await listen(service);
  const skus = Array.from({ length: 3 * config.poolSize }, (_, index) => `sku-${index}`);
  const answers = [];
  for (const sku of skus) {
    const arrived = once(service, 'request');
    answers.push(fetch(`${base}/quotes/${sku}`));
    await arrived;
  }
  const { busy, waiting } = await (await fetch(`${base}/healthz`)).json();
  assert.deepEqual({ busy, waiting }, { busy: config.poolSize, waiting: 2 * config.poolSize });
  for (const answer of answers) {
    while (pending.length === 0) await new Promise(setImmediate);
    pending.shift()();
    assert.equal((await answer).status, 200);
  }
  assert.equal(peak, config.poolSize);
  assert.deepEqual(asked, skus);
});

test('a service that is told to close answers what it has and then ends, though the connections would be kept', async () => {
  const pending = [];
  const service = createService({ ...config, price: () => new Promise((resolve) => pending.push(() => resolve(1))) });
  const base = await listen(service);
  const arrived = once(service, 'request');
  const answer = fetch(`${base}/quotes/mug`);
  await arrived;
  const closed = once(service, 'close');
  service.close();
  while (pending.length === 0) await new Promise(setImmediate);
  pending.shift()();
  assert.equal((await answer).status, 200);
  await closed;
});
