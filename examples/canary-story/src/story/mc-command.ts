// `mc` as a process of its own, as a user runs it.
import { fileURLToPath } from 'node:url';
import { type CommandRun, runCommand, sourceFlags } from '../run-command.ts';

export type Mc = (args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<CommandRun>;

const entry = fileURLToPath(new URL('./main.ts', import.meta.resolve('@promotable/mc')));

/** Runs `mc` for the Mission Control in `data`. */
export function createMc(data: string, signal: AbortSignal): Mc {
  return (args, env = {}) => runCommand(process.execPath, [...sourceFlags, entry, ...args, '--data', data], { cwd: data, env, signal });
}
