// The closed set of operations, parsed and validated once at start; nothing else is ever executed.
import { createHash } from 'node:crypto';
import { Kind, parse, validate, visit, type DocumentNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Fault } from '@promotable/contracts';
import { ServerKitError } from '../server-kit-error.ts';
import type { CacheableFields } from './resolvers.ts';

export interface RegisteredOperation {
  /** Lowercase sha256 hex of the text without trailing white space. */
  readonly id: string;
  /** The operation's name, else `query-` or `mutation-` and the first eight characters of the id. */
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** False where a module that one of its root fields needs is not mounted. */
  readonly mounted: boolean;
  /** A query all of whose root fields may be kept. */
  readonly cacheable: boolean;
}

export interface OperationRegistry {
  /** The operation of an id. @throws ServerKitError `PERSISTED_QUERY_NOT_FOUND` (400), `OPERATION_NOT_MOUNTED` (501) */
  byId(id: string): RegisteredOperation;
  /** The operation of a text that is in the manifest. @throws ServerKitError `PERSISTED_QUERY_ONLY` (400), `OPERATION_NOT_MOUNTED` (501) */
  byText(text: string): RegisteredOperation;
  readonly operations: readonly RegisteredOperation[];
}

/**
 * Compiles a manifest (id → text); `cacheable` names the root fields whose answers may be kept.
 * @throws ServerKitError `INVALID_OPERATION` with every fault: wrong id, not one query or mutation, invalid against the SDL, introspection
 */
export function operationRegistry(
  schema: GraphQLSchema,
  manifest: Readonly<Record<string, string>>,
  cacheable: CacheableFields = {},
): OperationRegistry {
  const faults: Fault[] = [];
  const operations = Object.entries(manifest).flatMap(([id, text]) => {
    const compiled = compile(schema, id, text, cacheable);
    if (!Array.isArray(compiled)) return [compiled];
    faults.push(...compiled.map((message) => ({ path: `/${id}`, code: 'invalid_operation', message })));
    return [];
  });
  if (faults.length > 0)
    throw new ServerKitError(
      'INVALID_OPERATION',
      `The manifest has faults: ${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}.`,
      { faults },
    );
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const mounted = (operation: RegisteredOperation): RegisteredOperation => {
    if (!operation.mounted)
      throw new ServerKitError('OPERATION_NOT_MOUNTED', 'This server does not run the module that answers this operation.', {
        status: 501,
      });
    return operation;
  };
  return {
    operations,
    byId(id) {
      const operation = byId.get(id.replace(/^sha256:/, ''));
      if (operation === undefined) throw new ServerKitError('PERSISTED_QUERY_NOT_FOUND', 'No operation has this id.', { status: 400 });
      return mounted(operation);
    },
    byText(text) {
      const operation = byId.get(operationId(text)) ?? byId.get(operationId(text.trim()));
      if (operation === undefined)
        throw new ServerKitError('PERSISTED_QUERY_ONLY', 'Only registered operations are answered.', { status: 400 });
      return mounted(operation);
    },
  };
}

/** Id of an operation's text: lowercase sha256 hex of its UTF-8 bytes without trailing white space. */
export function operationId(text: string): string {
  return createHash('sha256').update(text.trimEnd()).digest('hex');
}

function compile(schema: GraphQLSchema, id: string, text: string, cacheable: CacheableFields): RegisteredOperation | string[] {
  if (id !== operationId(text)) return ['is not the sha256 of its text'];
  let document: DocumentNode;
  try {
    document = parse(text, { maxTokens: 10_000 });
  } catch (error) {
    return [(error as Error).message];
  }
  const problems = validate(schema, document).map(({ message }) => message);
  const [definition, ...others] = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (definition === undefined || others.length > 0) problems.push('must hold exactly one operation');
  else if (definition.operation === 'subscription') problems.push('must be a query or a mutation');
  if (selectsIntrospection(document)) problems.push('must not select introspection fields');
  if (problems.length > 0 || definition === undefined || definition.operation === 'subscription') return problems;
  const fields = rootFields(document, definition);
  return {
    id,
    document,
    definition,
    kind: definition.operation,
    name: definition.name?.value ?? `${definition.operation}-${id.slice(0, 8)}`,
    mounted: fields.every((field) => schema.getRootType(definition.operation)?.getFields()[field]?.resolve !== undefined),
    cacheable:
      definition.operation === 'query' &&
      fields.length > 0 &&
      fields.every((field) => Object.hasOwn(cacheable, `${schema.getQueryType()?.name}.${field}`)),
  };
}

function selectsIntrospection(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field: ({ name }) => {
      found ||= name.value === '__schema' || name.value === '__type';
    },
  });
  return found;
}

/** Names of the root fields, also through fragments on the root. */
function rootFields(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const fragments = new Map(
    document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]),
  );
  const names = (set: OperationDefinitionNode['selectionSet'] | undefined): string[] =>
    (set?.selections ?? []).flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection.name.value];
      return names(selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value)?.selectionSet);
    });
  return names(operation.selectionSet).filter((name) => name !== '__typename');
}
