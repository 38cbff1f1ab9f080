// CPU time of processes.
import { readFileSync } from 'node:fs';

/** Linux reports CPU times to user space in hundredths of a second, whatever its own tick is. */
const tickMs = 10;

/** User and system time of this process, all threads, milliseconds. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** User and system time of the awaited children of this process, milliseconds, in steps of 10; NaN without `/proc`. */
export function childrenCpuMs(): number {
  const fields = statFields('self');
  return (Number(fields[13]) + Number(fields[14])) * tickMs;
}

/** User and system time of a process, all threads, milliseconds, in steps of 10; NaN without `/proc`. */
export function cpuMsOf(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/**
 * How long the first thread of a process was ready to run while others had the processor, milliseconds; 0 where the kernel does not say.
 * A server that waits for its turn is as busy as one that has it.
 */
export function waitedMsOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'latin1').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** From the third field (state) on; the second is a name that may hold anything (proc_pid_stat(5)). */
function statFields(pid: number | 'self'): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
