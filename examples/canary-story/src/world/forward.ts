import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';

export interface Upstream {
  /** `http://host:port` */
  readonly url: string;
  readonly agent: Agent;
}

/** Headers that speak about one connection and must not pass a proxy (RFC 9110 §7.6.1). */
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

const endToEnd = (headers: IncomingHttpHeaders) => Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));

/**
 * Sends a request on and its answer back; resolves when the last byte is written, or when either side gives up. Never rejects.
 * `ok` is false for a 5xx, for a broken answer and when the caller hung up before it had one.
 */
export function forward(incoming: IncomingMessage, outgoing: ServerResponse, { url, agent }: Upstream): Promise<{ ok: boolean }> {
  return new Promise((resolve) => {
    const onward = request(
      new URL(incoming.url ?? '/', url),
      { method: incoming.method ?? 'GET', headers: endToEnd(incoming.headers), agent },
      (answer) => {
        const status = answer.statusCode ?? 502;
        outgoing.writeHead(status, endToEnd(answer.headers));
        pipeline(answer, outgoing, (error) => resolve({ ok: !error && status < 500 }));
      },
    );
    onward.on('error', () => {
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(502).end();
      resolve({ ok: false });
    });
    outgoing.once('close', () => {
      if (outgoing.writableFinished) return;
      onward.destroy();
      resolve({ ok: false });
    });
    incoming.pipe(onward);
  });
}
