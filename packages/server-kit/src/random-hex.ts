// Random ids from bytes that are drawn many at a time: a call into the generator costs more than the id.

/** Source of randomness: `size` unpredictable bytes. */
export type RandomBytes = (size: number) => Uint8Array;

/** `size` unpredictable bytes as lowercase hex; each byte is given out once. */
export type RandomHex = (size: number) => string;

const poolBytes = 4096;

export function randomHex(random: RandomBytes): RandomHex {
  let pool = '';
  let next = 0;
  return (size) => {
    if (next + 2 * size > pool.length) {
      pool = Buffer.from(random(poolBytes)).toString('hex');
      next = 0;
    }
    next += 2 * size;
    return pool.slice(next - 2 * size, next);
  };
}
