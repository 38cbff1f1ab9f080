// Runs programs that cannot reach any network, the loopback interface included.
import { execFile } from 'node:child_process';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Where Linux has no user namespaces and we are not root, and elsewhere: every proxy variable points to a closed port. */
const closedPort = 'http://127.0.0.1:9';
const closedProxies = Object.fromEntries(
  ['http_proxy', 'https_proxy', 'all_proxy'].flatMap((name) => [
    [name, closedPort],
    [name.toUpperCase(), closedPort],
  ]),
);

/** How this machine keeps a program off the network: a network namespace with no interface up, or the weaker proxies. */
export type Isolation = 'namespace' | 'proxies';

let found: Promise<Isolation> | null = null;

export function isolation(): Promise<Isolation> {
  found ??= run('unshare', ['--map-root-user', '--net', 'true']).then(({ code }) => (code === 0 ? 'namespace' : 'proxies'));
  return found;
}

/** Runs a program offline to its end; never rejects for its exit code. */
export async function runOffline(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const environment = { ...options.environment, ...closedProxies, no_proxy: '', NO_PROXY: '' };
  return (await isolation()) === 'namespace'
    ? run('unshare', ['--map-root-user', '--net', program, ...args], { ...options, environment })
    : run(program, args, { ...options, environment });
}

/** Runs a program as it is; 127 when it cannot be started. */
export function run(program: string, args: readonly string[], { cwd, environment, input = '' }: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...environment }, encoding: 'utf8' as const, maxBuffer: 1 << 26 };
    const child = execFile(program, [...args], options, (error, stdout, stderr) => {
      resolve({
        code: error === null ? 0 : typeof error.code === 'number' ? error.code : 127,
        stdout,
        stderr: stderr || (error?.message ?? ''),
      });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
