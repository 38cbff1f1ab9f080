// Registered queries by GET, the only thing that the session's cookie can do.

export class QueryError extends Error {
  /** The session is no more. */
  readonly ended: boolean;

  constructor(message: string, ended: boolean) {
    super(message);
    this.ended = ended;
  }
}

interface Answer<Data> {
  readonly data?: Data;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string; readonly requestId: string } }[];
}

/** @throws QueryError whose message a person can read */
export async function query<Data>(id: string, variables: object, signal: AbortSignal): Promise<Data> {
  const address = `/graphql?${new URLSearchParams({ id, variables: JSON.stringify(variables) })}`;
  const response = await fetch(address, { signal }).catch((error: unknown) => {
    if (signal.aborted) throw error;
    throw new QueryError('Mission Control cannot be reached.', false);
  });
  if (response.status === 401) throw new QueryError('Your session has ended.', true);
  const { data, errors } = (await response.json().catch(() => ({}))) as Answer<Data>;
  const [error] = errors ?? [];
  if (error !== undefined)
    throw new QueryError(`${error.message} (${error.extensions.code}, request ${error.extensions.requestId})`, false);
  if (data === undefined) throw new QueryError(`Mission Control answered ${response.status}, which this page does not understand.`, false);
  return data;
}
