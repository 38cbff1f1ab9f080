// Reads which registered operation a request means, in each of the accepted forms.
import { z } from 'zod';
import { parseInput, invalidInput } from '../input.ts';
import { parseJson, type JsonBounds } from '../json-body.ts';
import { ServerKitError } from '../server-kit-error.ts';
import type { OperationRegistry, RegisteredOperation } from './operation-registry.ts';

const Request = z.strictObject({
  id: z.string().max(80).optional(),
  query: z.string().optional(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z
    .looseObject({ persistedQuery: z.looseObject({ version: z.literal(1).optional(), sha256Hash: z.string().max(80) }).optional() })
    .nullish(),
});

const Query = z.strictObject({
  id: z.string().max(80).optional(),
  variables: z.string().optional(),
  operationName: z.string().optional(),
  extensions: z.string().optional(),
});

export interface GraphqlRequest {
  readonly operation: RegisteredOperation;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * From a POST body: `{id, variables}`, Apollo's `extensions.persistedQuery.sha256Hash`, or a `query` text that is registered.
 * @throws ServerKitError `INVALID_INPUT`, `PERSISTED_QUERY_NOT_FOUND`, `PERSISTED_QUERY_ONLY`, `PERSISTED_QUERY_MISMATCH` (400)
 */
export function graphqlRequest(registry: OperationRegistry, body: unknown): GraphqlRequest {
  const { id, query, variables, extensions, operationName } = parseInput(Request, body);
  const ids = [id, extensions?.persistedQuery?.sha256Hash].filter((given) => given !== undefined);
  if (ids.length === 0 && query === undefined)
    throw invalidInput([{ path: '/id', code: 'required', message: 'must be the id of a registered operation' }]);
  const found = [...ids.map((given) => registry.byId(given)), ...(query === undefined ? [] : [registry.byText(query)])];
  const operation = found[0] as RegisteredOperation;
  if (found.some((other) => other !== operation))
    throw new ServerKitError('PERSISTED_QUERY_MISMATCH', 'Id and text name different operations.', { status: 400 });
  if (operationName && operationName !== operation.definition.name?.value) {
    throw invalidInput([{ path: '/operationName', code: 'unknown_operation', message: 'is not the name of this operation' }]);
  }
  return { operation, variables: variables ?? {} };
}

/** From the query of a GET: `?id=&variables=`, or Apollo's `?extensions=`; both values JSON. */
export function graphqlQuery(registry: OperationRegistry, query: unknown, bounds: JsonBounds): GraphqlRequest {
  const { variables, extensions, ...rest } = parseInput(Query, query);
  const json = (text: string | undefined) => (text === undefined || text === '' ? undefined : parseJson(Buffer.from(text), bounds));
  return graphqlRequest(registry, { ...rest, variables: json(variables), extensions: json(extensions) });
}
