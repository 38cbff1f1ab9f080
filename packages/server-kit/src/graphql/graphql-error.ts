import type { VisibleError } from '../mask-errors.ts';

/** One entry of `errors` in a GraphQL answer. */
export function graphqlError(visible: VisibleError, requestId: string, path?: readonly (string | number)[]): object {
  return {
    message: visible.message,
    ...(path === undefined ? {} : { path }),
    extensions: {
      code: visible.code,
      faults: visible.faults.map(({ path: at, code, message }) => ({ path: at, code, message })),
      requestId,
      ...(visible.receipt === undefined ? {} : { receipt: visible.receipt }),
    },
  };
}
