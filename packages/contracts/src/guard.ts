// Yes or no where a schema would copy the value and collect issues: most values that are judged again and again are right.
import type { z } from 'zod';

type Judge = (value: unknown) => boolean;
type Definition = z.core.$ZodTypeDef & z.core.$ZodTypes['_zod']['def'];

/**
 * A function that answers true for values of the schema, which it then would give out as they are; false = ask the schema, which may still take
 * the value (unknown fields that it drops) or names its faults. Knows objects, arrays, unions, literals, enums, texts, numbers, booleans and
 * records of anything; throws a `TypeError` for a schema with anything else, such as a refinement or a transformation.
 */
export function guardOf<Schema extends z.ZodType>(schema: Schema): (value: unknown) => value is z.output<Schema> {
  return judgeOf(schema) as (value: unknown) => value is z.output<Schema>;
}

function judgeOf(schema: z.core.$ZodType): Judge {
  const definition = schema._zod.def as Definition;
  if ('coerce' in definition && definition.coerce === true) throw new TypeError('no guard for a schema that makes values fit');
  const checks = (definition.checks ?? []).map(checkOf);
  const type = typeOf(definition);
  const [first, second, ...more] = checks;
  if (first === undefined) return type;
  if (second === undefined) return (value) => type(value) && first(value);
  if (more.length === 0) return (value) => type(value) && first(value) && second(value);
  return (value) => type(value) && checks.every((check) => check(value));
}

function typeOf(definition: Definition): Judge {
  switch (definition.type) {
    case 'object':
      return objectOf(definition);
    case 'record':
      return recordOf(definition);
    case 'array':
      return arrayOf(judgeOf(definition.element));
    case 'union':
      return unionOf(definition.options.map(judgeOf));
    case 'literal':
      return oneOf(definition.values);
    case 'enum':
      return oneOf(Object.values(definition.entries));
    case 'optional':
      return optionalOf(judgeOf(definition.innerType));
    case 'string':
      if ('format' in definition) throw new TypeError(`no guard for texts of format ${definition.format}`);
      return (value) => typeof value === 'string';
    case 'number':
      return 'format' in definition ? wholeOf(definition.format) : Number.isFinite;
    case 'boolean':
      return (value) => typeof value === 'boolean';
    default:
      throw new TypeError(`no guard for a schema of type ${definition.type}`);
  }
}

function objectOf({ shape, catchall }: z.core.$ZodObjectDef): Judge {
  const names = Object.keys(shape);
  const judges = names.map((name) => judgeOf(shape[name] as z.core.$ZodType));
  const isOpen = catchall?._zod.def.type === 'unknown';
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const fields = value as Record<string, unknown>;
    let known = 0;
    for (let index = 0; index < names.length; index++) {
      const name = names[index] as string;
      const field = fields[name];
      if (!(judges[index] as Judge)(field)) return false;
      if (field !== undefined || name in fields) known++;
    }
    if (isOpen) return true;
    for (const _name in fields) known--;
    return known === 0;
  };
}

function recordOf({ keyType, valueType }: z.core.$ZodRecordDef): Judge {
  const isAnything =
    keyType._zod.def.type === 'string' && (keyType._zod.def.checks ?? []).length === 0 && valueType._zod.def.type === 'unknown';
  if (!isAnything) throw new TypeError('no guard for a record of anything but anything');
  return (value) => {
    if (typeof value !== 'object' || value === null || Object.hasOwn(value, '__proto__')) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
  };
}

function arrayOf(judge: Judge): Judge {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (let index = 0; index < value.length; index++) if (!judge(value[index])) return false;
    return true;
  };
}

function unionOf(judges: readonly Judge[]): Judge {
  const [first, second, ...more] = judges;
  if (first !== undefined && second !== undefined && more.length === 0) return (value) => first(value) || second(value);
  return (value) => judges.some((judge) => judge(value));
}

function oneOf(values: readonly unknown[]): Judge {
  const [only] = values;
  return values.length === 1 ? (value) => value === only : (value) => values.includes(value);
}

function optionalOf(judge: Judge): Judge {
  return (value) => value === undefined || judge(value);
}

function wholeOf(format: unknown): Judge {
  if (format !== 'safeint') throw new TypeError(`no guard for numbers of format ${String(format)}`);
  return Number.isSafeInteger;
}

function checkOf(check: z.core.$ZodCheck<never>): Judge {
  const definition = check._zod.def as z.core.$ZodChecks['_zod']['def'];
  switch (definition.check) {
    case 'min_length':
      return (value) => (value as string).length >= definition.minimum;
    case 'max_length':
      return (value) => (value as string).length <= definition.maximum;
    case 'greater_than':
      return bound(definition, (number, limit) => number > limit);
    case 'less_than':
      return bound(definition, (number, limit) => number < limit);
    case 'string_format':
      return spelling(definition);
    default:
      throw new TypeError(`no guard for a check of ${definition.check}`);
  }
}

function bound(
  { value: limit, inclusive }: { value: unknown; inclusive: boolean },
  isBeyond: (number: number, limit: number) => boolean,
): Judge {
  if (typeof limit !== 'number') throw new TypeError('no guard for bounds of anything but numbers');
  return (value) => isBeyond(value as number, limit) || (inclusive && value === limit);
}

function spelling({ format, pattern }: { format: string; pattern?: RegExp | undefined }): Judge {
  // Other formats check more than their pattern, and a pattern with a memory gives other answers to the same text.
  if (format !== 'regex' || pattern === undefined || pattern.global || pattern.sticky)
    throw new TypeError(`no guard for texts of format ${format}`);
  return (value) => pattern.test(value as string);
}
