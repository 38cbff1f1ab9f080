// In the place of Prometheus: a service with 1200 requests in five minutes, none of them slower than 50 ms.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export const clock = { now: () => Date.now(), monotonic: () => performance.now() };

const server = createServer(async (request, response) => {
  let form = '';
  for await (const chunk of request) form += String(chunk);
  const query = new URLSearchParams(form).get('query') ?? '';
  const sample = (value: number, metric: object = {}) => ({ metric, value: [Date.now() / 1000, String(value)] });
  const result = query.startsWith('max(timestamp(')
    ? [sample(Date.now() / 1000 + 1)]
    : query.startsWith('sum by (le)')
      ? ['0.05', '+Inf'].map((le) => sample(1200, { le }))
      : [sample(query.includes('active_requests') ? 2 : 1200, { http_response_status_code: '200' })];
  response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

export const values = { 'http://prometheus:9090': `http://127.0.0.1:${(server.address() as AddressInfo).port}` };

export async function stop(): Promise<void> {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
}
