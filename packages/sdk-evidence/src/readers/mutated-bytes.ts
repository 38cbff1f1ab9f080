// Files as a broken disk, a cut upload or a hostile pull request leaves them; the same seed gives the same files.

/** mulberry32: 32 bits of state, good enough to choose bytes. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const structure = [...Buffer.from('{}[]",:<>/&;=\n\\0')];

/** `count` damaged copies of `original`: bytes changed, cut off, taken out, put in, doubled. */
export function* mutatedCopies(original: Uint8Array, { seed, count }: { seed: number; count: number }): Generator<Uint8Array> {
  const random = seeded(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const byte = () => (random() < 0.6 ? (structure[below(structure.length)] as number) : below(256));
  for (let copy = 0; copy < count; copy++) {
    let bytes = Buffer.from(original);
    for (let edits = 1 + below(4); edits > 0 && bytes.length > 0; edits--) {
      const at = below(bytes.length);
      const length = Math.min(bytes.length - at, 1 + below(random() < 0.5 ? 4 : 400));
      const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
      const kind = below(5);
      if (kind === 0) bytes[at] = byte();
      else if (kind === 1) bytes = Buffer.from(before);
      else if (kind === 2) bytes = Buffer.concat([before, after]);
      else if (kind === 3) bytes = Buffer.concat([before, Buffer.from([byte()]), part, after]);
      else bytes = Buffer.concat([before, part, part, after]);
    }
    yield bytes;
  }
}
