// An HTTP server for tests that misbehaves on demand. What it can do, a real MC, a proxy or a network did once.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operationIdOf } from './publish/operation-id.ts';

const noticeId = operationIdOf('mutation NoticeSpooled(');

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Reply = (request: ReceivedRequest, response: ServerResponse) => void;

export interface ScriptedServer extends AsyncDisposable {
  readonly url: string;
  /** All but the notices. */
  readonly requests: readonly ReceivedRequest[];
  /** That something waits in a spool. */
  readonly notices: readonly ReceivedRequest[];
}

/** Answers request n by reply n; the last reply serves all further ones. Notices are taken. */
export function scriptedServer(...replies: readonly [Reply, ...Reply[]]): Promise<ScriptedServer> {
  return serverWithNotices(json(200, { data: { noticeSpooled: { statementDigest: 'a'.repeat(64), expiresAt: null } } }), ...replies);
}

/** The same, with an answer of its own to notices. */
export async function serverWithNotices(onNotice: Reply, ...replies: readonly [Reply, ...Reply[]]): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const notices: ReceivedRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
      if (received.body.includes(noticeId)) {
        notices.push(received);
        return onNotice(received, response);
      }
      const reply = replies[Math.min(requests.push(received), replies.length) - 1] as Reply;
      reply(received, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    notices,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The digest of the statement that a request carries. */
export function sentDigest({ body }: ReceivedRequest): string {
  return (JSON.parse(body) as { variables: { input: { idempotencyKey: string } } }).variables.input.idempotencyKey;
}

export const receiptOf = (statementDigest: string) => ({
  statementDigest,
  idempotencyKey: statementDigest,
  receivedAt: '2026-11-21T13:05:01.000Z',
  ledgerSequence: '7',
  ledgerPosition: null,
});

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return (_, response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Reply {
  return (_, response) => response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
}

export function refusal(
  status: number,
  code: string,
  extensions: object = {},
  headers: Record<string, string> = {},
  message = 'no',
): Reply {
  return json(status, { errors: [{ message, extensions: { code, faults: [], requestId: 'req-1', ...extensions } }] }, headers);
}

/** As MC accepts; by default with a true receipt, to the default idempotency key. */
export function accept(change: (evidence: Record<string, unknown>) => object = (evidence) => evidence): Reply {
  return (request, response) => {
    const evidence = {
      id: sentDigest(request),
      releaseId: 'r1',
      service: 'checkout',
      createdAt: '2026-11-21T13:05:01.000Z',
      signed: true,
      receipt: receiptOf(sentDigest(request)),
    };
    json(200, { data: { publishEvidence: change(evidence) } })(request, response);
  };
}

export const duplicate: Reply = (request, response) =>
  refusal(409, 'DUPLICATE', { receipt: receiptOf(sentDigest(request)) })(request, response);
export const cutConnection: Reply = (_, response) => void response.socket?.destroy();
export const cutBody: Reply = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{"data":');
  response.socket?.end();
};
export const neverAnswer: Reply = () => undefined;
