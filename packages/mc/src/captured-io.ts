import type { Io } from './io.ts';

/** An `Io` for tests: keeps what was printed, refuses the network unless given one. */
export function capturedIo(overrides: Partial<Io> = {}): Io & { out(): string; err(): string } {
  const printed: { out: string[]; err: string[] } = { out: [], err: [] };
  return {
    stdout: (text) => void printed.out.push(text),
    stderr: (text) => void printed.err.push(text),
    env: {},
    cwd: process.cwd(),
    clock: { now: () => Date.now(), monotonic: () => performance.now() },
    fetch: () => Promise.reject(new TypeError('fetch failed')),
    random: () => 0,
    columns: 0,
    signal: new AbortController().signal,
    ...overrides,
    out: () => printed.out.join(''),
    err: () => printed.err.join(''),
  };
}
