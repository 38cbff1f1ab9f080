// Joins SDL and resolvers into an executable schema; whatever does not fit together is refused at start.
import {
  buildSchema,
  GraphQLError,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  valueFromASTUntyped,
  type GraphQLSchema,
} from 'graphql';
import type { Fault } from '@promotable/contracts';
import { requireScope } from '../auth/authorize.ts';
import type { Reading } from '../hot-read/reading.ts';
import { ServerKitError } from '../server-kit-error.ts';
import type { CacheableField, CacheableFields, FieldScopes, Resolver, ResolverContext, Resolvers, Scalars } from './resolvers.ts';
import { builtInScalars } from './scalars.ts';
import { requireTenantArguments } from './tenant-arguments.ts';

/** One module's part of the schema. */
export interface SchemaPart {
  readonly module: string;
  readonly resolvers: Resolvers;
  readonly scopes: FieldScopes;
  readonly scalars: Scalars;
  readonly cacheable: CacheableFields;
}

/** @throws ServerKitError `INVALID_SCHEMA` with every fault */
export function executableSchema(sdl: string, parts: readonly SchemaPart[]): GraphQLSchema {
  let schema: GraphQLSchema;
  try {
    schema = buildSchema(sdl);
  } catch (cause) {
    throw new ServerKitError('INVALID_SCHEMA', 'The SDL is not valid.', { cause });
  }
  const faults = [...parts.flatMap((part) => attachResolvers(schema, part)), ...attachScalars(schema, parts)];
  if (faults.length > 0) {
    throw new ServerKitError(
      'INVALID_SCHEMA',
      `SDL and resolvers do not fit together: ${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}.`,
      { faults },
    );
  }
  return schema;
}

function attachResolvers(schema: GraphQLSchema, part: SchemaPart): Fault[] {
  const roots: unknown[] = [schema.getQueryType(), schema.getMutationType()];
  const faults: Fault[] = [];
  const names = new Set<string>();
  for (const [typeName, fields] of Object.entries(part.resolvers)) {
    const type = schema.getType(typeName);
    for (const [fieldName, resolver] of Object.entries(fields)) {
      const name = `${typeName}.${fieldName}`;
      names.add(name);
      const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
      if (field === undefined) faults.push({ path: name, code: 'unknown_field', message: `of module ${part.module} is not in the SDL` });
      else if (field.resolve !== undefined)
        faults.push({ path: name, code: 'two_resolvers', message: `has a second resolver in module ${part.module}` });
      else if (roots.includes(type)) {
        field.resolve = guarded(
          part.cacheable[name] === undefined ? resolver : observed(resolver, part.cacheable[name]),
          part.scopes[name],
          (args, principal) => requireTenantArguments(field.args, args, principal),
        );
      } else field.resolve = resolver as never;
    }
  }
  for (const name of Object.keys(part.scopes)) {
    if (!names.has(name))
      faults.push({ path: name, code: 'scope_without_resolver', message: `of module ${part.module} has a scope but no resolver` });
  }
  for (const name of Object.keys(part.cacheable)) {
    if (!names.has(name) || !name.startsWith(`${schema.getQueryType()?.name}.`))
      faults.push({
        path: name,
        code: 'not_cacheable',
        message: `of module ${part.module} is cacheable but no query field with a resolver`,
      });
  }
  return faults;
}

function guarded(
  resolver: Resolver,
  scope: FieldScopes[string] | undefined,
  requireOwnTenant: (args: Record<string, unknown>, principal: ResolverContext['principal']) => void,
) {
  return (parent: unknown, args: Record<string, unknown>, context: ResolverContext): unknown => {
    if (scope !== undefined) requireScope(context.principal, scope);
    requireOwnTenant(args, context.principal);
    return resolver(parent as never, args as never, context);
  };
}

/** Tells the reading that an answer is computed for, if there is one, what it is made from and how long it holds. */
function observed(resolver: Resolver, { tags, validUntil }: CacheableField): Resolver {
  return async (parent, args, context: ResolverContext & { readonly reading?: Reading | null }) => {
    const reading = context.reading ?? null;
    reading?.dependsOn(tags(args, context.principal));
    const value = await resolver(parent, args, context);
    if (validUntil !== undefined) reading?.holdsUntil(validUntil(value as never));
    return value;
  };
}

function attachScalars(schema: GraphQLSchema, parts: readonly SchemaPart[]): Fault[] {
  const given: Scalars = Object.fromEntries(
    [builtInScalars, ...parts.map(({ scalars }) => scalars ?? {})].flatMap((scalars) => Object.entries(scalars)),
  );
  const declared = Object.values(schema.getTypeMap())
    .filter((type) => isScalarType(type))
    .filter((type) => !isSpecifiedScalarType(type));
  return declared.flatMap((scalar) => {
    const coercion = given[scalar.name];
    if (coercion === undefined) return [{ path: scalar.name, code: 'unknown_scalar', message: 'is a scalar that no module implements' }];
    scalar.coerceInputValue = (input) => {
      try {
        return coercion.parse(input);
      } catch (cause) {
        throw new GraphQLError(`is not a valid ${scalar.name}`, { originalError: cause as Error });
      }
    };
    scalar.coerceInputLiteral = (literal) => scalar.coerceInputValue(valueFromASTUntyped(literal as never));
    scalar.coerceOutputValue = coercion.serialize;
    return [];
  });
}
