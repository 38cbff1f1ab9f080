const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** `8s`, `5m`, `1.5s`: a span in milliseconds as people write it, in minutes where it is whole minutes, else in seconds. */
export function durationText(ms: number): string {
  return ms > 0 && ms % unitMs.m === 0 ? `${ms / unitMs.m}m` : `${ms / unitMs.s}s`;
}

/** Milliseconds of such a text; NaN for another text. */
export function durationMs(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
}
