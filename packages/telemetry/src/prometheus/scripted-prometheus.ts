// A server in the place of Prometheus that answers as it is told, for what the real one cannot be made to show.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One answer: a status with a body, or what else can happen to a connection. */
export type ScriptedAnswer = { readonly status?: number; readonly body: string; readonly location?: string } | 'reset' | 'silence';

export interface ScriptedPrometheus {
  readonly url: string;
  /** What was asked so far, decoded, with the headers. */
  readonly asked: readonly { readonly path: string; readonly form: URLSearchParams; readonly headers: IncomingMessage['headers'] }[];
  close(): Promise<void>;
}

/** Answers in turn; the last answer is given for ever. */
export async function scriptedPrometheus(...answers: readonly ScriptedAnswer[]): Promise<ScriptedPrometheus> {
  const asked: { path: string; form: URLSearchParams; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    asked.push({ path: request.url ?? '', form: new URLSearchParams(text), headers: request.headers });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (answer === 'reset') request.socket.destroy();
    else if (typeof answer === 'object') {
      response.writeHead(answer.status ?? 200, answer.location === undefined ? {} : { location: answer.location });
      response.end(answer.body);
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** The body of a success. */
export function vectorOf(result: readonly object[], rest: object = {}): string {
  return JSON.stringify({ status: 'success', data: { resultType: 'vector', result }, ...rest });
}
