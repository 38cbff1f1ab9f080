// A network that loses, delays, repeats and cuts what is sent through it: a proxy of its own port before a real server.
import { once } from 'node:events';
import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const faults = ['drop', 'reset', 'lose the answer', 'cut the answer', 'delay', 'duplicate'] as const;
export type Fault = (typeof faults)[number];

export interface FaultyProxy {
  readonly url: string;
  /** What was done to requests so far. */
  readonly done: Readonly<Record<Fault | 'nothing', number>>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Does one of {@link faults} to that share of the requests, drawn by `random`, uniform in [0, 1). */
export async function faultyProxy(target: string, { share, random }: { share: number; random: () => number }): Promise<FaultyProxy> {
  const done: Record<Fault | 'nothing', number> = {
    drop: 0,
    reset: 0,
    'lose the answer': 0,
    'cut the answer': 0,
    delay: 0,
    duplicate: 0,
    nothing: 0,
  };
  const server = createServer((request, response) => {
    void bodyOf(request).then(async (body) => {
      const fault = random() < share ? (faults[Math.floor(random() * faults.length)] as Fault) : 'nothing';
      done[fault]++;
      const forward = () => ask(target, request, body);
      await misbehave(fault, forward, response, random);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    done,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function misbehave(fault: Fault | 'nothing', forward: () => Promise<Answer>, response: ServerResponse, random: () => number) {
  const { socket } = response;
  if (fault === 'drop') return void socket?.destroy();
  if (fault === 'reset') return void socket?.resetAndDestroy();
  if (fault === 'delay') await new Promise((next) => setTimeout(next, 20 + random() * 80));
  // The one that arrives second is answered, so that the caller meets the duplicate that the network made.
  const twin = fault === 'duplicate' ? forward() : null;
  await twin;
  const answer = await forward();
  if (fault === 'lose the answer') return void socket?.resetAndDestroy();
  const { 'transfer-encoding': _chunked, connection: _connection, ...headers } = answer.headers;
  response.writeHead(answer.status, { ...headers, 'content-length': answer.body.length });
  if (fault !== 'cut the answer') return void response.end(answer.body);
  response.write(answer.body.subarray(0, answer.body.length / 2), () => socket?.destroy());
}

function ask(target: string, { url, method, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { host: _host, connection: _connection, ...kept } = headers;
    const upstream = httpRequest(new URL(url ?? '/', target), { method, headers: { ...kept, 'content-length': body.length } }, (answer) => {
      bodyOf(answer).then((read) => resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: read }), reject);
    });
    upstream.on('error', reject).end(body);
  });
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
