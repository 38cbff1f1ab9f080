// Keep-alive connections that carry one request each at a time.
import { connect, type Socket } from 'node:net';
import { ResponseReader } from './response-reader.ts';

export interface Target {
  readonly port: number;
  /** Bytes of each request; what each must be answered with, once known. */
  readonly requests: readonly Buffer[];
  readonly expected: readonly string[];
}

export interface Outcome {
  readonly isRight: boolean;
  /** What was wrong. */
  readonly fault: string | null;
}

export interface Connection {
  /** Sends the next request of the round; `done` is called once. */
  send(done: (outcome: Outcome) => void): void;
  close(): void;
}

const right: Outcome = { isRight: true, fault: null };
/** Status and length are checked of every answer, the bytes of one in this many. */
const comparedEvery = 64;

export async function openConnections(target: Target, count: number): Promise<Connection[]> {
  const turn = { next: 0 };
  return Promise.all(Array.from({ length: count }, () => open(target, turn)));
}

async function open({ port, requests, expected }: Target, turn: { next: number }): Promise<Connection> {
  const socket = await connected(port);
  const reader = new ResponseReader();
  const lengths = expected.map((text) => Buffer.byteLength(text));
  let current: ((outcome: Outcome) => void) | null = null;
  let index = 0;
  let seen = 0;

  const finish = (outcome: Outcome): void => {
    const done = current;
    current = null;
    done?.(outcome);
  };
  const broken = (what: string): void => finish({ isRight: false, fault: what });
  socket.on('data', (chunk) => {
    try {
      const response = reader.push(chunk);
      if (response === null) return;
      if (response.status !== 200) return broken(`status ${response.status}: ${response.body.toString().slice(0, 200)}`);
      if (response.body.length !== lengths[index]) return broken(`an answer of ${response.body.length} bytes, not ${lengths[index]}`);
      if (++seen % comparedEvery === 0 && response.body.toString() !== expected[index]) return broken('an answer with other bytes');
      finish(right);
    } catch (error) {
      broken((error as Error).message);
      socket.destroy();
    }
  });
  socket.on('error', (error) => broken(error.message));
  socket.on('close', () => broken('the connection was closed'));

  return {
    send(done) {
      if (socket.destroyed) return done({ isRight: false, fault: 'the connection was closed' });
      current = done;
      index = turn.next;
      turn.next = (turn.next + 1) % requests.length;
      socket.write(requests[index] as Buffer);
    },
    close: () => void socket.destroy(),
  };
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
