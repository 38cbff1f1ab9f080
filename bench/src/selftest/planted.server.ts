// A server that works for a known time before it answers.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { spin } from './planted.variants.ts';

const iterations = Number(process.argv[2]);
let state = 1;
const server = createServer((_request, response) => {
  state = spin(iterations, state);
  response.end('done');
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, requests: [{ method: 'GET', path: '/', headers: {} }] });
});
