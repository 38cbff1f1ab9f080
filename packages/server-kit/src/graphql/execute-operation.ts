// Runs one registered operation; variables are judged first, errors are masked last.
import { executeRootSelectionSet, GraphQLError, validateExecutionArgs, type GraphQLSchema } from 'graphql';
import type { Reading } from '../hot-read/reading.ts';
import { invalidInput } from '../input.ts';
import { visibleError, type VisibleError } from '../mask-errors.ts';
import { graphqlError } from './graphql-error.ts';
import type { GraphqlRequest } from './graphql-request.ts';
import type { ResolverContext } from './resolvers.ts';
import { variableFaults } from './variables.ts';

export interface OperationAnswer {
  /** 200, or the status of the gravest error. */
  readonly status: number;
  readonly body: object;
  /** Each error with what the caller sees of it, the gravest first. */
  readonly errors: readonly { readonly error: unknown; readonly visible: VisibleError }[];
}

/** @throws ServerKitError `INVALID_INPUT` (400) with every fault of the variables */
export async function executeOperation(
  schema: GraphQLSchema,
  { operation, variables }: GraphqlRequest,
  context: ResolverContext & { readonly reading?: Reading | null },
): Promise<OperationAnswer> {
  const faults = variableFaults(schema, operation.definition, variables);
  if (faults.length > 0) throw invalidInput(faults);
  const args = validateExecutionArgs({
    schema,
    document: operation.document,
    variableValues: variables,
    contextValue: context,
    abortSignal: context.signal,
  });
  // graphql-js finds a fault that our own list does not know: refuse, but do not repeat its text, which quotes values.
  if (!('schema' in args)) throw invalidInput([{ path: '/variables', code: 'invalid_value', message: 'do not fit the operation' }]);
  const result = await executeRootSelectionSet(args);
  if (result.errors === undefined) return { status: 200, body: result, errors: [] };
  const errors = result.errors.map((error) => {
    const cause = error instanceof GraphQLError && error.originalError !== undefined ? error.originalError : error;
    return { error: cause, visible: visibleError(cause), path: error.path };
  });
  const gravest = [...errors].sort((a, b) => gravity(b.visible) - gravity(a.visible));
  return {
    status: gravest[0]?.visible.status ?? 500,
    body: {
      errors: errors.map(({ visible, path }) => graphqlError(visible, context.requestId, path)),
      ...(result.data === undefined ? {} : { data: result.data }),
    },
    errors: gravest,
  };
}

function gravity({ status }: VisibleError): number {
  return status >= 500 ? status : 0;
}
