// Lists every fault of an operation's variables with its path; graphql-js's own messages quote the values, which may be secret.
import {
  getNullableType,
  GraphQLNonNull,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  typeFromAST,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Fault } from '@promotable/contracts';

/** How many faults are listed. */
const maxFaults = 100;

/** Every fault of `variables`, paths starting with `/variables`; empty where they fit. */
export function variableFaults(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Fault[] {
  const faults: Fault[] = [];
  const declared = new Set<string>();
  for (const { variable, type: node, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    declared.add(name);
    const type = typeFromAST(schema, node) as GraphQLInputType;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined && (defaultValue !== undefined || !isNonNullType(type))) continue;
    inspect(type, value, `/variables/${name}`, faults);
  }
  for (const name of Object.keys(variables)) {
    if (!declared.has(name)) add(faults, `/variables/${pointer(name)}`, 'unknown_variable', 'is not a variable of this operation');
  }
  return faults;
}

function inspect(declared: GraphQLInputType, value: unknown, path: string, faults: Fault[]): void {
  if (value === undefined || value === null) {
    if (isNonNullType(declared)) add(faults, path, 'required', `must be a ${String(getNullableType(declared))}`);
    return;
  }
  const type = declared instanceof GraphQLNonNull ? getNullableType(declared) : declared;
  if (isListType(type)) {
    // A single value stands for a list of one, as the GraphQL specification has it.
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const [index, item] of items.entries())
      inspect(type.ofType as GraphQLInputType, item, Array.isArray(value) ? `${path}/${index}` : path, faults);
  } else if (isInputObjectType(type)) inspectObject(type, value, path, faults);
  else if (isEnumType(type)) {
    const names = type.getValues().map(({ name }) => name);
    if (typeof value !== 'string' || !names.includes(value)) add(faults, path, 'invalid_value', `must be one of ${names.join(', ')}`);
  } else {
    const scalar = getNullableType(type) as { name: string; coerceInputValue(input: unknown): unknown };
    try {
      if (scalar.coerceInputValue(value) === undefined) add(faults, path, 'invalid_value', `must be a ${scalar.name}`);
    } catch {
      add(faults, path, 'invalid_value', `must be a ${scalar.name}`);
    }
  }
}

function inspectObject(type: GraphQLInputObjectType, value: unknown, path: string, faults: Fault[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    add(faults, path, 'invalid_value', `must be an object ${type.name}`);
    return;
  }
  const given = value as Record<string, unknown>;
  const fields = type.getFields();
  for (const field of Object.values(fields)) {
    const own = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
    if (own === undefined && !isRequiredInputField(field)) continue;
    inspect(field.type, own, `${path}/${field.name}`, faults);
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(fields, name)) add(faults, `${path}/${pointer(name)}`, 'unknown_field', `is not a field of ${type.name}`);
  }
  if (type.isOneOf && (Object.keys(given).length !== 1 || Object.values(given)[0] === null))
    add(faults, path, 'invalid_value', 'must have exactly one field');
}

function add(faults: Fault[], path: string, code: string, message: string): void {
  if (faults.length < maxFaults) faults.push({ path, code, message });
}

function pointer(key: string): string {
  return key.slice(0, 128).replaceAll('~', '~0').replaceAll('/', '~1');
}
