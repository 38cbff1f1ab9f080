// How parameters of a reason are written for people; the exact values stay in `params`.
import type { ReasonParams } from '@promotable/contracts';

type Param = ReasonParams[string] | undefined;

const formats: Readonly<Record<string, (value: Param, params: ReasonParams) => string>> = {
  plain: (value) => plain(value),
  short: (value) => plain(value).slice(0, 12),
  list: (value) => plain(value),
  duration: (value) => (typeof value === 'number' ? duration(value) : plain(value)),
  unit: (value, params) => withUnit(value, params['unit']),
  eta: (value) => (typeof value === 'number' ? `, in about ${duration(value * 1000)}` : ''),
  progress: (value, { need }) =>
    typeof value === 'number' && typeof need === 'number' ? ` (${duration(value)} of ${duration(need)})` : '',
  spool: (value) => (typeof value === 'number' ? ` (${value} held back in a publisher's spool)` : ''),
  for: (value) => (Array.isArray(value) && value.length > 0 ? ` for ${plain(value)}` : ''),
  estimate: (value) => (value === true ? ', an estimate' : ''),
};

/** One parameter in one format; what is missing reads `unknown`, so a text never shows a placeholder. */
export function formatParam(value: Param, format: string, params: ReasonParams): string {
  const write = Object.hasOwn(formats, format) ? formats[format] : undefined;
  return (write ?? plain)(value, params);
}

function plain(value: Param): string {
  if (value === undefined || value === null) return 'unknown';
  if (Array.isArray(value)) return value.length > 3 ? `${value.slice(0, 3).join(', ')} and ${value.length - 3} more` : value.join(', ');
  return typeof value === 'number' ? number(value) : String(value);
}

function withUnit(value: Param, unit: Param): string {
  if (typeof value !== 'number') return plain(value);
  if (unit === 'fraction') return `${number(value * 100)} %`;
  if (unit === 'usd') return `$${number(value)}`;
  return typeof unit === 'string' ? `${number(value)} ${unit}` : number(value);
}

const scales = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

function duration(ms: number): string {
  const [size, name] = scales.find(([least]) => Math.abs(ms) >= least) ?? [1, 'ms'];
  return `${number(ms / size)} ${name}`;
}

/** At most two decimals, three significant digits below one. */
function number(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return String(Math.abs(value) < 1 ? Number(value.toPrecision(3)) : Math.round(value * 100) / 100);
}
