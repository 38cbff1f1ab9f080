import type { Round, Slice, Variant } from './variant.ts';

export interface Rounds {
  /** At least. */
  readonly rounds: number;
  /** Whether these will do; asked once there are `rounds` of them, and after each further one up to twice as many. @default always */
  readonly isEnough?: (measured: readonly Round[]) => boolean;
  /** Length of a slice, milliseconds. */
  readonly sliceMs: number;
  /** Unmeasured before the first round, milliseconds for each variant. */
  readonly warmUpMs: number;
}

/**
 * Slices of all variants in turn, each round beginning with another one: what changes on the machine in the meantime meets them all alike,
 * and nobody always runs after the same neighbour.
 */
export async function measureRounds(
  variants: readonly Variant[],
  { rounds, isEnough = () => true, sliceMs, warmUpMs }: Rounds,
  signal: AbortSignal,
): Promise<Round[]> {
  for (const variant of variants) await variant.warmUp(warmUpMs);
  const measured: Round[] = [];
  for (let round = 0; round < rounds || (round < 2 * rounds && !isEnough(measured)); round++) {
    const slices: Record<string, Slice> = {};
    for (let turn = 0; turn < variants.length; turn++) {
      signal.throwIfAborted();
      const variant = variants[(round + turn) % variants.length] as Variant;
      slices[variant.name] = await variant.measure(sliceMs);
    }
    measured.push(slices);
  }
  return measured;
}
