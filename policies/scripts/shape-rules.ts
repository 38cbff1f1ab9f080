// Writes a JSON Schema of facts as the Rego of `promotable.known`: one function per object, list, spelling and choice, each a straight line
// of comparisons. It says only whether facts are of their shape; `promotable.shape` finds out what is wrong where they are not.
import { Digest, Sha256Hex } from '@promotable/contracts';
import { alternativeOf, type Schema } from './shape-table.ts';

/** Where the texts of a pattern stand first that facts name again and again. */
const repeated = new Map([
  [patternOf(Digest), { name: '_digests', where: 'some texts in [input.request.digests, input.release.digests]\nsome text in texts' }],
  [
    patternOf(Sha256Hex),
    { name: '_ids', where: 'some records in [input.items.sbom, [input.items.slo]]\nsome record in records\ntext := record.evidenceId' },
  ],
]);

const head = `# METADATA
# title: Facts of a known shape
# description: >-
#   Generated from the contracts by \`scripts/build.ts\`. Says yes only to facts that have exactly the fields, types and ranges of their
#   schema; which of them is wrong, \`promotable.shape\` finds out.
package promotable.known

import data.promotable.spelling

# METADATA
# description: Whether these are facts of one of the schemas.
facts(value) if`;

/** The module for these schemas, each by the name of its facts; not formatted yet. */
export function shapeRules(schemas: Readonly<Record<string, unknown>>): string {
  const rules = new Map<string, string>();
  const names = new Map<string, string>();
  const choices = Object.entries(schemas).map(([name, schema]) => functionOf(schema as Schema, [name], { rules, names }));
  return [`${head} ${choices.map((name) => `${name}(value)`).join('\n\nelse if ')}`, ...rules.values()].join('\n\n');
}

interface Module {
  /** Text of each function by its name. */
  readonly rules: Map<string, string>;
  /** Name of the function for each schema, so that equal ones share one. */
  readonly names: Map<string, string>;
}

function functionOf(schema: Schema, path: readonly string[], module: Module): string {
  const key = JSON.stringify(schema);
  const known = module.names.get(key);
  if (known !== undefined) return known;
  const name = `_${path.join('_').replaceAll(/([A-Z])/g, (letter) => `_${letter.toLowerCase()}`)}`;
  module.names.set(key, name);
  module.rules.set(name, '');
  const words = wordsOf(schema);
  const branches = branchesOf(schema).map((branch) => linesOf(branch, 'value', path, module));
  const familiar = repeated.get(schema.pattern);
  if (familiar !== undefined) {
    // To find a text among those read before costs a tenth of reading its characters.
    module.rules.set(
      familiar.name,
      `${familiar.name} contains text if {\n${familiar.where}\n${linesOf(schema, 'text', path, module).join('\n')}\n}`,
    );
    branches.unshift([`value in ${familiar.name}`]);
  }
  module.rules.set(
    name,
    words === null
      ? `${name}(value) if ${branches.map((lines) => `{\n${lines.join('\n')}\n}`).join('\n\nelse if ')}`
      : words.map((word) => `${name}(${JSON.stringify(word)})`).join('\n\n'),
  );
  return name;
}

/** The alternatives of a schema, those of its alternatives included. */
function branchesOf(schema: Schema): readonly Schema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(branchesOf);
}

/** Several words that a value may be: compared one by one, without building a set of them. */
function wordsOf(schema: Schema): readonly string[] | null {
  return schema.enum !== undefined && schema.enum.length > 1 ? schema.enum : null;
}

/** What must hold of a value for it to be of a schema without alternatives. */
function linesOf(schema: Schema, value: string, path: readonly string[], module: Module): string[] {
  const alternative = alternativeOf(schema, path);
  const { min = 0, max = 0, words = [], prefix, alphabet, neverFirst, neverLast } = alternative;
  const call = (rule: string, ...args: (string | number | undefined)[]) => [
    `spelling.${rule}(${[value, ...args.map((each) => JSON.stringify(each))].join(', ')})`,
  ];
  switch (alternative.type) {
    case 'object':
      // As many fields as there are checks below: none is missing, none is unknown.
      return [
        `count(${value}) == ${alternative.fields?.length ?? 0}`,
        ...Object.entries(schema.properties ?? {}).flatMap(([field, inner]) =>
          checksOf(inner, `${value}.${field}`, [...path, field], module),
        ),
      ];
    case 'array':
      return [
        `is_array(${value})`,
        ...(min > 0 ? [`count(${value}) >= ${min}`] : []),
        `count(${value}) <= ${max}`,
        `every item in ${value} {\n${checksOf(schema.items ?? {}, 'item', [...path, 'item'], module).join('\n')}\n}`,
      ];
    case 'word':
      return words.map((word) => `${value} == ${JSON.stringify(word)}`);
    case 'boolean':
      return [`is_boolean(${value})`];
    case 'text':
      return call('text', min, max);
    case 'letters':
      return call('letters', prefix, alphabet, min, max);
    case 'name':
      return call('name', alphabet, neverFirst, neverLast, min, max);
    default:
      return call(alternative.type, min, max);
  }
}

/** Numbers and single words are compared in place, everything else has its own function. */
function checksOf(schema: Schema, value: string, path: readonly string[], module: Module): string[] {
  const inPlace = schema.const !== undefined || schema.enum?.length === 1 || ['number', 'integer', 'boolean'].includes(schema.type ?? '');
  return inPlace ? linesOf(schema, value, path, module) : [`${functionOf(schema, path, module)}(${value})`];
}

function patternOf(schema: { toJSONSchema(): unknown }): string | undefined {
  return (schema.toJSONSchema() as Schema).pattern;
}
