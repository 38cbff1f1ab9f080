// What a million requests cost in CPU time: an estimate from the process itself, no bill.
import { readFile } from 'node:fs/promises';
import type { CostValue } from '@promotable/contracts';
import { runCommand } from '../run-command.ts';

/** A round list price of one virtual CPU for an hour at large clouds, US dollars. */
export const cpuHourUsd = 0.04;

/** Ticks per second of `/proc/<pid>/stat`; fixed for user space on every Linux that Node runs on (`getconf CLK_TCK`). */
const ticksPerSecond = 100;

/** CPU seconds that a process has used so far; null where this system does not tell. */
export async function cpuSeconds(pid: number, signal: AbortSignal): Promise<number | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat !== null) {
    // The name, in parentheses, may hold spaces; utime and stime are fields 14 and 15 (proc(5)).
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return user === undefined || system === undefined ? null : (user + system) / ticksPerSecond;
  }
  const { code, stdout } = await runCommand('ps', ['-o', 'time=', '-p', String(pid)], { cwd: '/', signal }).catch(() => ({
    code: 1,
    stdout: '',
  }));
  return code === 0 ? secondsOf(stdout.trim()) : null;
}

/** `[[hh:]mm:]ss[.cc]` of ps(1). */
export function secondsOf(time: string): number | null {
  const seconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return time === '' || !Number.isFinite(seconds) ? null : seconds;
}

/** The cost of a request at that price, per million; the story's service has no ingest. */
export function estimatedCost(cpuSecondsUsed: number, requests: number): CostValue {
  const perMillion = (cpuSecondsUsed / requests) * 1_000_000;
  return {
    graphqlPerMillionUsd: Math.round((perMillion / 3600) * cpuHourUsd * 10_000) / 10_000,
    ingestPerThousandUsd: { absent: 'NOT_MEASURED' },
    estimated: true,
  };
}
