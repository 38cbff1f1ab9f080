import { readdirSync, readFileSync } from 'node:fs';

/** Sends SIGKILL to the one program of ours that has `text` among its arguments: the server itself, not the Node process that supervises it. Linux. */
export function killServer(text: string): void {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({ pid: Number(name), args: argumentsOf(name) }))
    .filter(({ pid, args }) => pid !== process.pid && args.some((arg) => arg.includes(text)) && !/\bnode$/.test(args[0] ?? ''));
  const [server] = found;
  if (server === undefined || found.length !== 1) throw new Error(`${found.length} programs have ${text} among their arguments`);
  process.kill(server.pid, 'SIGKILL');
}

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
