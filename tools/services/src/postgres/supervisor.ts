// Runs one PostgreSQL server for as long as its parent lives. Standard input is a pipe that the parent holds: however the parent ends, also by
// SIGKILL, the kernel closes it, and the server is shut down. Uses Node's own modules only, so that it starts at once.
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

/** What the parent passes as the one argument, as JSON. */
export interface SupervisorOrder {
  readonly program: string;
  readonly args: readonly string[];
  readonly credentials: { readonly uid?: number; readonly gid?: number };
  readonly environment: Readonly<Record<string, string>>;
  /** Directory to delete once the server has ended; null = keep. */
  readonly remove: string | null;
  /** Milliseconds that a fast shutdown may take before it becomes an immediate one. */
  readonly shutdownMs: number;
}

function supervise(order: SupervisorOrder): void {
  const server: ChildProcess = spawn(order.program, order.args, {
    ...order.credentials,
    cwd: '/',
    env: { ...order.environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  let failure: string | null = null;
  const end = (): void => {
    server.kill('SIGINT');
    setTimeout(() => server.kill('SIGQUIT'), order.shutdownMs).unref();
  };
  server.on('error', (error) => {
    failure = error.message;
    process.stderr.write(`FATAL:  ${error.message}\n`);
    process.exit(1);
  });
  server.on('exit', (code, signal) => {
    if (order.remove !== null) rmSync(order.remove, { recursive: true, force: true, maxRetries: 3 });
    process.exit(failure === null && signal === null ? (code ?? 1) : 1);
  });
  process.stdin.on('end', end).on('error', end).resume();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end);
  // With the parent gone nobody reads our output.
  process.stderr.on('error', () => undefined);
}

supervise(JSON.parse(process.argv[2] ?? '') as SupervisorOrder);
