// The order in which RFC 8785 writes the names of an object, remembered per sequence of names: most objects of a program share few of them.

export interface KeyOrder {
  /** As the objects have them. */
  readonly names: readonly string[];
  /** By UTF-16 code units, which is what RFC 8785 asks for and what the default sort compares. */
  readonly sorted: readonly string[];
  /** What stands before each value, in the sorted order: `{"a":`, then `,"b":`. */
  readonly heads: readonly string[];
}

/** Names come from callers, so what is kept of them is bounded: sequences in all, of those that begin alike, names of one, characters of one. */
const limits = { orders: 1000, alike: 16, names: 64, characters: 4096 };

/** By first name. */
const kept = new Map<string, KeyOrder[]>();
let count = 0;

/** The order for these names, at least one; null when one of them is no well-formed Unicode. */
export function keyOrderOf(names: readonly string[]): KeyOrder | null {
  const alike = kept.get(names[0] as string);
  if (alike !== undefined) {
    for (let index = 0; index < alike.length; index++) {
      const order = alike[index] as KeyOrder;
      if (isSame(order.names, names)) return order;
    }
  }
  const made = make(names);
  if (made !== null) keep(made);
  return made;
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) if (left[index] !== right[index]) return false;
  return true;
}

function make(names: readonly string[]): KeyOrder | null {
  if (!names.every((name) => name.isWellFormed())) return null;
  const sorted = [...names].sort();
  return { names, sorted, heads: sorted.map((name, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`) };
}

/** A full memory is emptied: what is used often is soon back, and nobody can fill it for good. */
function keep(order: KeyOrder): void {
  const { names } = order;
  if (names.length > limits.names || names.reduce((sum, name) => sum + name.length, 0) > limits.characters) return;
  if (count >= limits.orders) {
    kept.clear();
    count = 0;
  }
  const first = names[0] as string;
  const alike = kept.get(first);
  if (alike === undefined) kept.set(first, [order]);
  else if (alike.length < limits.alike) alike.push(order);
  else alike[count % limits.alike] = order;
  count++;
}
