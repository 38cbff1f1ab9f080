import { milliseconds, percent } from '../marks/figures.ts';

/** The figures of a reason that names both what was measured and its budget; null for any other. */
export function measuredAgainst(params: unknown): { readonly measured: string; readonly budget: string } | null {
  const { measured, budget, unit } = (params ?? {}) as { measured?: unknown; budget?: unknown; unit?: unknown };
  if (typeof measured !== 'number' || typeof budget !== 'number') return null;
  const text = (value: number) => {
    if (unit === 'ms') return milliseconds(value);
    if (unit === 'fraction' || unit === 'ratio') return percent(value);
    return typeof unit === 'string' ? `${value} ${unit}` : String(value);
  };
  return { measured: text(measured), budget: text(budget) };
}
