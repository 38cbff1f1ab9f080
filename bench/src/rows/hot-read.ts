// Persisted reads: the server kit with everything on beside bare node:http, and beside peers that ask for no token.
import { join } from 'node:path';
import { BenchError } from '../bench-error.ts';
import type { Row, RowContext } from '../harness/row.ts';
import { closeAll } from '../harness/worker-variant.ts';
import type { ClosedLoop } from '../load/closed-loop.ts';
import type { OpenLoop } from '../load/open-loop.ts';
import { type ServerSpec, type ServerVariant, startServers } from '../load/server-variant.ts';
import { answer, answerHeaders, id, operation, sdl, standing, variables } from './hot-read.contract.ts';

const saturated: ClosedLoop = { kind: 'closed', connections: 50 };
const steady: OpenLoop = { kind: 'open', perSecond: 1000 };
const pathOf = (name: string): string => new URL(`./hot-read.${name}.server.ts`, import.meta.url).pathname;
const own = (name: 'raw' | 'ours', method: 'GET' | 'POST', { placement }: RowContext): ServerSpec => ({
  name,
  program: pathOf(name),
  args: [method, JSON.stringify(placement.at('load', [process.execPath]))],
});

async function agreeing(specs: readonly ServerSpec[], load: ClosedLoop | OpenLoop, context: RowContext): Promise<readonly ServerVariant[]> {
  const servers = await startServers(specs, load, context);
  // Apollo ends its answers with a line feed.
  const other = servers.find(({ bodies }) => bodies.some((body) => body.trimEnd() !== answer));
  if (other === undefined) return servers;
  await closeAll(servers);
  throw new BenchError('ANSWERS_DIFFER', `${other.name} answers ${String(other.bodies[0]).slice(0, 200)}`);
}

const contract = JSON.stringify({ sdl, operation, id, variables, answerHeaders, data: standing(variables) });

function beside(peer: string, title: string, atLeast: number): Row {
  return {
    name: `read-vs-${peer}`,
    title: `hot read by POST beside ${title}, which asks for no token`,
    set: 'full',
    sliceMs: 1000,
    leastUtilisation: 0.95,
    comparisons: [{ name: `read-vs-${peer}`, subject: 'ours', baseline: peer, metric: 'cpu', gate: { kind: 'share', atLeast } }],
    async start(context) {
      const program = join(await context.peers(), `${peer}.server.mjs`);
      return agreeing(
        [own('ours', 'POST', context), { name: peer, program, args: [contract], env: { ...process.env, NODE_ENV: 'production' } }],
        saturated,
        context,
      );
    },
  };
}

function besideRaw(method: 'GET' | 'POST', atLeast: number): Row {
  const name = `read-${method.toLowerCase()}`;
  return {
    name,
    title: `hot read by ${method} beside bare node:http with the same answer`,
    set: 'full',
    sliceMs: 1000,
    leastUtilisation: 0.95,
    comparisons: [{ name, subject: 'ours', baseline: 'raw', metric: 'cpu', gate: { kind: 'share', atLeast } }],
    start: (context) => agreeing([own('raw', method, context), own('ours', method, context)], saturated, context),
  };
}

const latency: Row = {
  name: 'read-latency',
  title: 'p95 of a hot read at 1000 requests per second beside bare node:http',
  set: 'full',
  sliceMs: 2000,
  comparisons: [
    { name: 'read-latency', subject: 'ours', baseline: 'raw', metric: 'p95', gate: { kind: 'cost', atMost: 3, allowance: 1 } },
    { name: 'read-cpu-at-1000-per-second', subject: 'ours', baseline: 'raw', metric: 'cpu', gate: null },
  ],
  start: (context) => agreeing([own('raw', 'GET', context), own('ours', 'GET', context)], steady, context),
};

export const hotReadRows: readonly Row[] = [
  besideRaw('GET', 0.75),
  besideRaw('POST', 0.65),
  beside('mercurius', 'mercurius with its just-in-time compiler', 1.6),
  beside('apollo', 'Apollo Server standalone', 4.5),
  beside('yoga', 'graphql-yoga with graphql-jit', 6),
  latency,
];
