/** A process of this machine. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Its command line, arguments separated by NUL. */
  readonly command: string;
  /** `NAME=value` each. */
  readonly environment: readonly string[];
}

/**
 * Processes of a dead run: each whose TMPDIR is the run's directory, and all below it. Supervisors and what they run are left alone:
 * they end by themselves, in order, once their parent is gone.
 */
export function leftBehind(processes: readonly ProcessEntry[], directory: string): number[] {
  const found: number[] = [];
  const visit = (entry: ProcessEntry): void => {
    if (found.includes(entry.pid) || isGuard(entry)) return;
    found.push(entry.pid);
    for (const child of processes) if (child.parent === entry.pid) visit(child);
  };
  for (const entry of processes) if (entry.environment.includes(`TMPDIR=${directory}`)) visit(entry);
  return found;
}

function isGuard({ command }: ProcessEntry): boolean {
  return /\/process\/(supervisor|run-guard\.program)\.ts/.test(command);
}
