// Flattens a JSON Schema of facts into the table that `promotable.shape` reads: path of a value → the alternatives it may be.

export interface Alternative {
  readonly type: 'object' | 'array' | 'text' | 'letters' | 'pattern' | 'word' | 'number' | 'integer' | 'boolean';
  readonly fields?: readonly string[];
  readonly words?: readonly string[];
  readonly pattern?: string;
  readonly prefix?: string;
  readonly alphabet?: string;
  readonly min?: number;
  readonly max?: number;
}

interface Schema {
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

function alternativeOf(schema: Schema, path: readonly string[]): Alternative {
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
      if (schema.pattern !== undefined) return lettersOf(schema.pattern) ?? { type: 'pattern', pattern: schema.pattern };
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

/** A pattern such as `^sha256:[0-9a-f]{64}$` without a regular expression, which OPA's WASM would compile anew for every value. */
function lettersOf(pattern: string): Alternative | null {
  const [, prefix = '', ranges = '', min, max] =
    /^\^([a-z0-9:]*)\[((?:[A-Za-z0-9]-[A-Za-z0-9])+)\]\{(\d+)(?:,(\d+))?\}\$$/.exec(pattern) ?? [];
  if (min === undefined) return null;
  const alphabet = [...ranges.matchAll(/(.)-(.)/g)].flatMap(([, from = '', to = '']) => {
    const first = from.charCodeAt(0);
    return Array.from({ length: to.charCodeAt(0) - first + 1 }, (_, index) => String.fromCharCode(first + index));
  });
  return { type: 'letters', prefix, alphabet: alphabet.join(''), min: Number(min), max: Number(max ?? min) };
}
