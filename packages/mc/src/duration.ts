import { McError } from './mc-error.ts';

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of `500ms`, `15s`, `10m`, `4h` or `7d`. @throws {McError} `USAGE` */
export function durationMs(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  const unit = units[match?.[2] ?? ''];
  if (match?.[1] === undefined || unit === undefined)
    throw new McError('USAGE', `${option} must be a duration such as 500ms, 15s, 10m, 4h or 7d, not "${text}".`);
  return Number(match[1]) * unit;
}
