import type { Command } from 'commander';

/** Tells which command a line had got to when it went wrong. */
export function lastReached(program: Command): () => Command {
  let reached = program;
  const watch = (command: Command): void => {
    command.hook('preSubcommand', (_parent, child) => {
      reached = child;
    });
    for (const child of command.commands) watch(child);
  };
  watch(program);
  return () => reached;
}
