// Yes or no where a schema would copy the value and collect issues: most values that are judged again and again are right. Written as JavaScript once,
// so that every field is read at a place of its own; that is several times as fast as walking the schema.
import type { z } from 'zod';

type Definition = z.core.$ZodTypeDef & z.core.$ZodTypes['_zod']['def'];
type CheckDefinition = z.core.$ZodChecks['_zod']['def'];

/** A guard in the making. */
interface Draft {
  /** What the code refers to as `constants[n]`: nothing of a schema but names of fields and numbers is ever written into code. */
  readonly constants: unknown[];
  /** Functions of one value, `f0`, `f1`, … */
  readonly functions: string[];
}

/**
 * A function that answers true for values of the schema, which it then would give out as they are; false = ask the schema, which may still take
 * the value (unknown fields that it drops) or names its faults. Always false where code must not be made from text. Knows objects, arrays, unions,
 * literals, enums, texts, numbers, booleans and records of anything; throws a `TypeError` for a schema with anything else, such as a refinement
 * or a transformation.
 */
export function guardOf<Schema extends z.ZodType>(schema: Schema): (value: unknown) => value is z.output<Schema> {
  type Guard = (value: unknown) => value is z.output<Schema>;
  const draft: Draft = { constants: [], functions: [] };
  const main = `return (value) => ${conditionOf(schema, 'value', draft)};`;
  try {
    const code = ['"use strict";', ...draft.functions, main].join('\n');
    // oxlint-disable-next-line typescript/no-implied-eval -- made from our own schemas alone, and no text of theirs but quoted names of fields
    const guardWith = new Function('constants', code) as (constants: readonly unknown[]) => Guard;
    return guardWith(draft.constants);
  } catch (error) {
    if (error instanceof EvalError) return (() => false) as unknown as Guard;
    throw error;
  }
}

/** What must hold of the variable `value`. */
function conditionOf(schema: z.core.$ZodType, value: string, draft: Draft): string {
  const definition = schema._zod.def as Definition;
  if ('coerce' in definition && definition.coerce === true) throw new TypeError('no guard for a schema that makes values fit');
  const checks = (definition.checks ?? []).map((check) => checkOf(check._zod.def as CheckDefinition, value, draft));
  return `(${[typeOf(definition, value, draft), ...checks].join(' && ')})`;
}

function typeOf(definition: Definition, value: string, draft: Draft): string {
  switch (definition.type) {
    case 'object':
      return objectOf(definition, value, draft);
    case 'record':
      return recordOf(definition, value);
    case 'array':
      return arrayOf(definition.element, value, draft);
    case 'union':
      return `(${definition.options.map((option) => conditionOf(option, value, draft)).join(' || ')})`;
    case 'literal':
      return oneOf(definition.values, value, draft);
    case 'enum':
      return oneOf(Object.values(definition.entries), value, draft);
    case 'optional':
      return `(${value} === undefined || ${conditionOf(definition.innerType, value, draft)})`;
    case 'string':
      if ('format' in definition) throw new TypeError(`no guard for texts of format ${String(definition.format)}`);
      return `typeof ${value} === 'string'`;
    case 'number':
      if ('format' in definition && definition.format !== 'safeint')
        throw new TypeError(`no guard for numbers of format ${String(definition.format)}`);
      return `Number.${'format' in definition ? 'isSafeInteger' : 'isFinite'}(${value})`;
    case 'boolean':
      return `typeof ${value} === 'boolean'`;
    default:
      throw new TypeError(`no guard for a schema of type ${definition.type}`);
  }
}

function objectOf({ shape, catchall }: z.core.$ZodObjectDef, value: string, draft: Draft): string {
  const fields = Object.entries(shape).map(([name, schema], index) => ({ name: JSON.stringify(name), field: `field${index}`, schema }));
  const lines = fields.map(({ name, field, schema }) => {
    const isThere = schema._zod.optin === 'optional' ? `; known += ${name} in value` : '; known++';
    return `const ${field} = value[${name}]; if (!${conditionOf(schema, field, draft)}) return false${isThere};`;
  });
  const isOpen = catchall?._zod.def.type === 'unknown';
  // As many names as fields were met: none is unknown.
  const end = isOpen ? 'return true;' : 'for (const name in value) known--; return known === 0;';
  const body = ['if (Array.isArray(value)) return false; let known = 0;', ...lines, end].join('\n');
  return `typeof ${value} === 'object' && ${value} !== null && ${functionOf(body, draft)}(${value})`;
}

function arrayOf(element: z.core.$ZodType, value: string, draft: Draft): string {
  const condition = conditionOf(element, 'item', draft);
  const body = `for (let index = 0; index < value.length; index++) { const item = value[index]; if (!${condition}) return false; }\nreturn true;`;
  return `Array.isArray(${value}) && ${functionOf(body, draft)}(${value})`;
}

function recordOf({ keyType, valueType }: z.core.$ZodRecordDef, value: string): string {
  const { type, checks = [] } = keyType._zod.def;
  if (type !== 'string' || checks.length > 0 || valueType._zod.def.type !== 'unknown')
    throw new TypeError('no guard for a record of anything but anything');
  const prototype = `Object.getPrototypeOf(${value})`;
  return `typeof ${value} === 'object' && ${value} !== null && [Object.prototype, null].includes(${prototype}) && !Object.hasOwn(${value}, '__proto__')`;
}

function oneOf(values: readonly unknown[], value: string, draft: Draft): string {
  return `(${values.map((one) => `${value} === ${constantOf(one, draft)}`).join(' || ')})`;
}

function checkOf(check: CheckDefinition, value: string, draft: Draft): string {
  switch (check.check) {
    case 'min_length':
      return `${value}.length >= ${check.minimum}`;
    case 'max_length':
      return `${value}.length <= ${check.maximum}`;
    case 'greater_than':
      return `${value} ${check.inclusive ? '>=' : '>'} ${limitOf(check.value)}`;
    case 'less_than':
      return `${value} ${check.inclusive ? '<=' : '<'} ${limitOf(check.value)}`;
    case 'string_format':
      return `${patternOf(check, draft)}.test(${value})`;
    default:
      throw new TypeError(`no guard for a check of ${check.check}`);
  }
}

function limitOf(limit: unknown): number {
  if (typeof limit !== 'number') throw new TypeError('no guard for bounds of anything but numbers');
  return limit;
}

function patternOf({ format, pattern }: { format: string; pattern?: RegExp | undefined }, draft: Draft): string {
  // Other formats check more than their pattern, and a pattern with a memory gives other answers to the same text.
  if (format !== 'regex' || pattern === undefined || pattern.global || pattern.sticky)
    throw new TypeError(`no guard for texts of format ${format}`);
  return constantOf(pattern, draft);
}

function constantOf(constant: unknown, { constants }: Draft): string {
  return `constants[${constants.push(constant) - 1}]`;
}

function functionOf(body: string, { functions }: Draft): string {
  const name = `f${functions.length}`;
  functions.push(`function ${name}(value) {\n${body}\n}`);
  return name;
}
