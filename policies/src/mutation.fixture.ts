// Breaks facts in one place at a time: what a bug, a version skew or a forger would do to them.

export interface Mutation {
  /** RFC 6901 path and what was done there. */
  readonly name: string;
  readonly kind: 'delete' | 'null' | 'type' | 'tag' | 'empty' | 'number' | 'extra';
  readonly facts: unknown;
}

type Path = readonly (string | number)[];

/** Every field deleted, nulled, of another type, tagged unknown, emptied, out of range, and every object with a field more. */
export function mutationsOf(facts: unknown): Mutation[] {
  return [...placesOf(facts, [])].flatMap(([path, value]) => {
    const changed = (kind: Mutation['kind'], what: string, to: unknown): Mutation => ({
      name: `${pointer(path)} ${what}`,
      kind,
      facts: replaced(facts, path, to),
    });
    return [
      ...(path.length === 0 ? [] : [{ name: `${pointer(path)} deleted`, kind: 'delete' as const, facts: deleted(facts, path) }]),
      changed('null', '= null', null),
      ...othersOf(value).map((other) => changed('type', `= ${JSON.stringify(other)}`, other)),
      changed('tag', '= unknown tag', { absent: 'SOMETHING_ELSE' }),
      changed('tag', '= empty tag', { absent: '' }),
      ...(typeof value === 'string' ? [changed('empty', '= ""', '')] : []),
      ...(Array.isArray(value) ? [changed('empty', '= []', [])] : []),
      ...(typeof value === 'number'
        ? [-1, -0.5, -1e300, 1e300, Number.MAX_SAFE_INTEGER + 1].map((number) => changed('number', `= ${number}`, number))
        : []),
      ...(isObject(value) ? [changed('empty', '= {}', {}), changed('extra', '+ unknown field', { ...value, surprise: true })] : []),
    ];
  });
}

function* placesOf(value: unknown, path: Path): Generator<[Path, unknown]> {
  yield [path, value];
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* placesOf(item, [...path, index]);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* placesOf(item, [...path, key]);
}

/** One value of every JSON type that this one is not. */
function othersOf(value: unknown): unknown[] {
  return ['surprise', 7, true, false, ['surprise'], { surprise: 1 }].filter((other) => typeOf(other) !== typeOf(value));
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function replaced(root: unknown, path: Path, to: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return to;
  if (Array.isArray(root)) return root.map((item, index) => (index === step ? replaced(item, rest, to) : item));
  const object = root as Record<string, unknown>;
  return { ...object, [step]: replaced(object[step], rest, to) };
}

function deleted(root: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(root))
    return rest.length === 0
      ? root.filter((_, index) => index !== step)
      : root.map((item, index) => (index === step ? deleted(item, rest) : item));
  const { [String(step)]: inner, ...others } = root as Record<string, unknown>;
  return rest.length === 0 ? others : { ...others, [String(step)]: deleted(inner, rest) };
}

function pointer(path: Path): string {
  return path.map((step) => `/${step}`).join('') || '/';
}
