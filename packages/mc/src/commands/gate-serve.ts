import { dirname, resolve } from 'node:path';
import type { ProvenStore } from '@promotable/gate/client';
import { type Act, collect, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions, readText } from '../connection.ts';
import { durationMs } from '../duration.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { makeDirectory } from '../make-directory.ts';
import { McError } from '../mc-error.ts';
import { overrideFiles } from '../override-files.ts';
import { pinnedRoot } from '../trusted-keys.ts';

interface ServeOptions extends ConnectionOptions {
  readonly host: string;
  readonly port: string;
  readonly state?: string;
  readonly callerTokenFile?: string;
  readonly overrides?: string;
  readonly proven?: string;
  readonly environment?: string[];
  readonly timeout: string;
  readonly drainNotice: string;
  readonly maxRequests: string;
  readonly logLevel: string;
}

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

export const registerServe = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('serve'))
    .description('answer a rollout controller in a cluster: asks MC, verifies, and always answers JSON with one verdict')
    .option('--host <address>', 'address to listen at; 0.0.0.0 in a container', '127.0.0.1')
    .option('--port <n>', 'port to listen at; 0 takes any free one', '8080')
    .option('--state <file>', 'what was seen before; kept in memory without it')
    .option('--caller-token-file <path>', 'file with the token that callers must bring, read at every question (default: none)')
    .option('--overrides <path>', 'signed overrides for the time MC is away: a file, or a folder of .json files, read at that moment')
    .option(
      '--proven <file>',
      'keeps the lists of proven digests, by which a rollback goes on while MC is away: a file, or configmap:NAME of this pod; in memory without it',
    )
    .option('--environment <name>', 'shown by name in metrics; may be repeated (default: production, staging)', collect)
    .option('--timeout <duration>', 'longest time for MC with all attempts; below the timeout of the controller', '8s')
    .option('--drain-notice <duration>', 'how long /readyz says 503 before the port closes', '0s')
    .option('--max-requests <n>', 'questions worked on at once; one more is answered 503', '500')
    .option('--log-level <level>', logLevels.join(', '), 'info');
  withExamples(command, [
    'mc gate serve --port 0',
    'mc gate serve --host 0.0.0.0 --token-file /var/run/secrets/mc/token --root /etc/promotable/root.pem --state /var/lib/gate/state.json',
  ]);
  act<ServeOptions>(command, serve);
};

async function serve({ io, options }: Invocation<ServeOptions>): Promise<ExitCode> {
  const settings = readSettings(options);
  const [{ fileState, memoryState }, { gateAdapterModule }, kit] = await Promise.all([
    import('@promotable/gate/client'),
    import('@promotable/gate/adapter'),
    serverKit(),
  ]);
  const connection = await connect(io, 'gate', options);
  const rootPublicKey = await pinnedRoot(io, options);
  const statePath = options.state === undefined ? null : resolve(io.cwd, options.state);
  if (statePath !== null) await makeDirectory(dirname(statePath), 0o700);
  const proven = options.proven === undefined ? null : await provenAt(io, options.proven);
  // What is damaged should be seen now, and not when MC is away.
  await proven?.load();
  const log = kit.createJsonLog({ level: settings.level, destination: { write: io.stdout } });
  const module = gateAdapterModule({
    url: connection.url,
    token: connection.token,
    trust: { rootPublicKey },
    state: statePath === null ? memoryState() : fileState(statePath),
    ...(proven === null ? {} : { proven }),
    clock: io.clock,
    fetch: io.fetch,
    totalMs: settings.totalMs,
    logger: log,
    metrics: kit.metricFactory,
    ...(options.callerTokenFile === undefined ? {} : { callerToken: callerTokenOf(resolve(io.cwd, options.callerTokenFile)) }),
    ...(options.overrides === undefined ? {} : { overrides: overridesAt(resolve(io.cwd, options.overrides)) }),
    ...(options.environment === undefined ? {} : { metricEnvironments: options.environment }),
  });
  // What cannot be read now would hold every release later.
  await module.adapter.ready();
  const server = await kit.createServer({
    modules: [module],
    authenticators: [],
    clock: io.clock,
    log,
    host: options.host,
    port: settings.port,
    limits: { inFlight: settings.maxRequests },
    drain: { noticeMs: settings.noticeMs, limitMs: settings.totalMs + 5000 },
  });
  const url = await server.listen();
  log.info({ url, mc: connection.url }, 'listening');
  io.stderr(`mc: the gate answers at ${url}\n`);
  if (!io.signal.aborted) await new Promise<void>((done) => io.signal.addEventListener('abort', () => done(), { once: true }));
  await server.drain();
  return exitCodes.pass;
}

function readSettings({ port, timeout, drainNotice, maxRequests, logLevel }: ServeOptions) {
  const level = logLevels.find((name) => name === logLevel);
  if (level === undefined) throw new McError('USAGE', `--log-level must be one of ${logLevels.join(', ')}.`);
  const totalMs = durationMs('--timeout', timeout);
  if (totalMs < 100) throw new McError('USAGE', '--timeout must be at least 100ms.');
  return {
    level,
    totalMs,
    port: wholeNumber('--port', port, 0, 65_535),
    maxRequests: wholeNumber('--max-requests', maxRequests, 1, 100_000),
    noticeMs: durationMs('--drain-notice', drainNotice),
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least && number <= most)) throw new McError('USAGE', `${option} must be a whole number from ${least} to ${most}.`);
  return number;
}

function callerTokenOf(path: string): () => Promise<string> {
  return async () => (await readText(path, 'the token of callers')).trim();
}

function overridesAt(path: string): () => Promise<unknown[]> {
  return () => overrideFiles(path);
}

/** Where Kubernetes mounts what a pod needs to speak to its cluster. */
const serviceAccount = '/var/run/secrets/kubernetes.io/serviceaccount';

async function provenAt(io: Io, place: string): Promise<ProvenStore> {
  const { configMapProven, fileProven } = await import('@promotable/gate/client');
  const name = /^configmap:(.+)$/.exec(place)?.[1];
  if (name === undefined) {
    const path = resolve(io.cwd, place);
    await makeDirectory(dirname(path), 0o700);
    return fileProven(path);
  }
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT_HTTPS: port = '443' } = io.env;
  if (host === undefined) throw new McError('CONFIGURATION', '--proven configmap:… needs a cluster: KUBERNETES_SERVICE_HOST is not set.');
  const read = (file: string) => readText(`${serviceAccount}/${file}`, 'what the service account is mounted with');
  return configMapProven({
    url: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace: (await read('namespace')).trim(),
    name,
    token: () => read('token'),
    fetch: io.fetch,
  });
}

/** A gate asks a server and is none, but for this command: the server's packages are not part of a job's image. */
async function serverKit() {
  return import('@promotable/server-kit').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const message = '`mc gate serve` needs the package @promotable/server-kit: install it beside @promotable/mc.';
    throw new McError('CONFIGURATION', `${message} npm install @promotable/server-kit`, { cause });
  });
}
