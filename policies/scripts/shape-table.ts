// Flattens a JSON Schema of facts into the table that `promotable.shape` reads: path of a value → the alternatives it may be.

export interface Alternative {
  readonly type: 'object' | 'array' | 'text' | 'letters' | 'name' | 'word' | 'number' | 'integer' | 'boolean';
  readonly fields?: readonly string[];
  readonly words?: readonly string[];
  readonly prefix?: string;
  readonly alphabet?: string;
  /** Characters of its alphabet that a name may not begin or end with. */
  readonly neverFirst?: string;
  readonly neverLast?: string;
  readonly min?: number;
  readonly max?: number;
}

export interface Schema {
  readonly type?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly items?: Schema;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** The table of one schema. Throws on what the policy could not check: a shape half known is worse than none. */
export function shapeTable(schema: unknown): Record<string, Alternative[]> {
  const table: Record<string, Alternative[]> = {};
  collect(schema as Schema, [], table);
  return table;
}

function collect(schema: Schema, path: readonly string[], table: Record<string, Alternative[]>): void {
  for (const branch of schema.anyOf ?? [schema]) {
    if (branch.anyOf !== undefined) collect(branch, path, table);
    else {
      const place = path.join('/');
      const alternatives = table[place] ?? [];
      table[place] = alternatives;
      const alternative = alternativeOf(branch, path);
      if (!alternatives.some((other) => JSON.stringify(other) === JSON.stringify(alternative))) alternatives.push(alternative);
      for (const [field, inner] of Object.entries(branch.properties ?? {})) collect(inner, [...path, field], table);
      if (branch.items !== undefined) collect(branch.items, [...path, '*'], table);
    }
  }
}

/** The one alternative of a schema without `anyOf`. */
export function alternativeOf(schema: Schema, path: readonly string[]): Alternative {
  const limit = Number.MAX_SAFE_INTEGER;
  switch (schema.type) {
    case 'object': {
      const fields = Object.keys(schema.properties ?? {}).sort();
      if (schema.additionalProperties !== false || fields.join() !== [...(schema.required ?? [])].sort().join())
        throw new Error(`facts have no optional fields: /${path.join('/')}`);
      return { type: 'object', fields };
    }
    case 'array':
      return { type: 'array', min: schema.minItems ?? 0, max: schema.maxItems ?? limit };
    case 'string':
      if (schema.const !== undefined) return { type: 'word', words: [schema.const] };
      if (schema.enum !== undefined) return { type: 'word', words: schema.enum };
      if (schema.pattern !== undefined) return spelling(schema.pattern, path);
      return { type: 'text', min: schema.minLength ?? 0, max: schema.maxLength ?? limit };
    case 'number':
    case 'integer':
      return { type: schema.type, min: schema.minimum ?? -limit, max: schema.maximum ?? limit };
    case 'boolean':
      return { type: 'boolean' };
    default:
      throw new Error(`no rule for ${JSON.stringify(schema)} at /${path.join('/')}`);
  }
}

/** A pattern as what the policy compares without a regular expression, which OPA's WASM would compile anew for every value. */
function spelling(pattern: string, path: readonly string[]): Alternative {
  const alternative = lettersOf(pattern) ?? nameOf(pattern);
  if (alternative === null) throw new Error(`no rule for the pattern ${pattern} at /${path.join('/')}`);
  return alternative;
}

/** A pattern such as `^sha256:[0-9a-f]{64}$`: a prefix, then so many characters of one alphabet. */
function lettersOf(pattern: string): Alternative | null {
  const [, prefix = '', ranges = '', min, max] =
    /^\^([a-z0-9:]*)\[((?:[A-Za-z0-9]-[A-Za-z0-9])+)\]\{(\d+)(?:,(\d+))?\}\$$/.exec(pattern) ?? [];
  if (min === undefined) return null;
  return {
    type: 'letters',
    prefix,
    alphabet: alphabetOf(ranges),
    min: prefix.length + Number(min),
    max: prefix.length + Number(max ?? min),
  };
}

/**
 * A first character of one alphabet, further ones of a wider one: `^[1-9][0-9]?$`, `^[A-Z][A-Z0-9_]{1,63}$`, or with a last one of the first
 * alphabet, `^[A-Za-z0-9]([A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$`.
 */
function nameOf(pattern: string): Alternative | null {
  const [, first, rest, most] = /^\^\[([^\]]+)\]\(\[([^\]]+)\]\{0,(\d+)\}\[\1\]\)\?\$$/.exec(pattern) ?? [];
  if (first !== undefined && rest !== undefined) {
    const alphabet = alphabetOf(rest);
    const inner = without(alphabet, alphabetOf(first));
    return { type: 'name', alphabet, neverFirst: inner, neverLast: inner, min: 1, max: Number(most) + 2 };
  }
  const [, start, further, min, max] = /^\^\[([^\]]+)\]\[([^\]]+)\](?:\?|\{(\d+),(\d+)\})\$$/.exec(pattern) ?? [];
  if (start === undefined || further === undefined) return null;
  const alphabet = alphabetOf(further);
  return {
    type: 'name',
    alphabet,
    neverFirst: without(alphabet, alphabetOf(start)),
    neverLast: '',
    min: Number(min ?? 0) + 1,
    max: Number(max ?? 1) + 1,
  };
}

/** What an alphabet has besides a part of it. The policy checks every character against the wider one, so the narrower must lie within it. */
function without(alphabet: string, part: string): string {
  if (part.split('').some((letter) => !alphabet.includes(letter))) throw new Error(`${part} is not within ${alphabet}`);
  return alphabet
    .split('')
    .filter((letter) => !part.includes(letter))
    .join('');
}

/** The characters of a class such as `A-Za-z0-9._-`; a hyphen that is one stands last. WASM searches them in turn, so the frequent ones come first. */
function alphabetOf(ranges: string): string {
  const letters = ranges.replace(/([A-Za-z0-9])-([A-Za-z0-9])/g, (_range, from: string, to: string) => {
    const first = from.charCodeAt(0);
    return Array.from({ length: to.charCodeAt(0) - first + 1 }, (_, index) => String.fromCharCode(first + index)).join('');
  });
  const rank = (letter: string) => [/[a-f]/, /[0-9]/, /[g-z]/, /[^A-Z]/, /./].findIndex((frequent) => frequent.test(letter));
  return Array.from(letters)
    .sort((a, b) => rank(a) - rank(b))
    .join('');
}
