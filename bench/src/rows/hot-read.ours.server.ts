// The server kit with everything on: tokens, scopes, rates, metrics, timeouts, body limit, logs of what fails or is slow, a tenth of all traces.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createJsonLog, createServer, oidcAuthenticator, type ServerModule } from '@promotable/server-kit';
import { startTracing } from '@promotable/telemetry/opentelemetry';
import { id, operation, requestsOf, sdl, standing, type variables } from './hot-read.contract.ts';
import { callerTokens } from './hot-read.tokens.ts';

const clock = { now: Date.now, monotonic: () => performance.now() };

/** Takes spans, in a process of its own at the place of the load, so that only their making and sending count; how to start Node there is told. */
const [command = process.execPath, ...place] = JSON.parse(process.argv[3] ?? '[]') as string[];
const sink = spawn(command, [
  ...place,
  '-e',
  `require('node:http').createServer((q, s) => { q.resume(); q.on('end', () => s.end()); }).listen(0, '127.0.0.1', function () { console.log(this.address().port); }); process.stdin.on('end', () => process.exit()).resume();`,
]);
const [sinkPort] = (await once(sink.stdout, 'data')) as [Buffer];
const tracing = await startTracing({
  serviceName: 'hot-read',
  samplingRatio: 0.1,
  env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${String(sinkPort).trim()}` },
});

const module: ServerModule = {
  name: 'standings',
  resolvers: { Query: { standing: (_parent: unknown, args: typeof variables) => standing(args) } },
  scopes: { 'Query.standing': 'evidence:read' },
  cacheable: { 'Query.standing': { tags: ({ service }: typeof variables, { tenant }) => [`${tenant}/${service}`] } },
};
const { tokens, oidc } = await callerTokens();
const server = await createServer({
  modules: [module],
  authenticators: [oidcAuthenticator({ issuers: [oidc], clock })],
  graphql: { sdl, manifest: { [id]: operation } },
  responseCache: { changes: null },
  sampling: tracing.sampling,
  clock,
  log: createJsonLog({ destination: process.stderr }),
  port: 0,
  // All callers of the load share one address, and one of them asks more often than any caller should: counted, not refused.
  limits: { perAddress: { requests: 1_000_000, seconds: 1 }, perPrincipal: { requests: 100_000, seconds: 1 } },
});
const { port } = new URL(await server.listen());
process.send?.({ port: Number(port), requests: requestsOf(process.argv[2] === 'POST' ? 'POST' : 'GET', tokens) });
