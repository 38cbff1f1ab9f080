// The limit: node:http with its own defaults, a constant, nothing asked of the caller.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer, answerHeaders, requestsOf } from './hot-read.contract.ts';
import { callerTokens } from './hot-read.tokens.ts';

const headers = { ...answerHeaders, 'content-length': Buffer.byteLength(answer) };
const { tokens } = await callerTokens();
const server = createServer((request, response) => {
  if (request.method === 'POST') request.resume();
  response.writeHead(200, headers).end(answer);
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, requests: requestsOf(process.argv[2] === 'POST' ? 'POST' : 'GET', tokens) });
});
