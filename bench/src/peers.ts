// The workspace of the peers: pinned, locked, installed when a row first needs it and when its lockfile changes.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from './bench-error.ts';

/** Installs `bench/peers` once and resolves with its folder. @throws {BenchError} `UNAVAILABLE` */
export function peersOf(root: string, say: (line: string) => void, signal: AbortSignal): () => Promise<string> {
  let installed: Promise<string> | undefined;
  return () => {
    installed ??= install(join(root, 'bench/peers'), say, signal);
    return installed;
  };
}

async function install(folder: string, say: (line: string) => void, signal: AbortSignal): Promise<string> {
  const stamp = join(folder, 'node_modules/.installed-from');
  const wanted = ['package.json', 'pnpm-lock.yaml']
    .reduce((hash, file) => hash.update(readFileSync(join(folder, file))).update('\0'), createHash('sha256'))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return folder;
  say('installing the peers (pnpm install --frozen-lockfile in bench/peers)');
  const { code, output } = await pnpm(['install', '--frozen-lockfile', '--prefer-offline', '--reporter=append-only'], folder, signal);
  if (code !== 0) throw new BenchError('UNAVAILABLE', `the peers cannot be installed: ${output.trim().split('\n').slice(-3).join(' | ')}`);
  writeFileSync(stamp, wanted);
  return folder;
}

function pnpm(args: readonly string[], cwd: string, signal: AbortSignal): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn('pnpm', args, { cwd, signal, env: { ...process.env, CI: 'true' }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4000)));
    child.once('error', (error) => resolve({ code: 1, output: error.message }));
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
