import manifest from '@promotable/contracts/operations/manifest.json' with { type: 'json' };
import type { Fault } from '@promotable/contracts';
import type { Connection } from './connection.ts';
import type { Io } from './io.ts';
import { McError } from './mc-error.ts';

interface GraphqlBody {
  /** Of an error outside GraphQL, such as a token that is not accepted. */
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message?: unknown; readonly extensions?: { readonly code?: unknown; readonly faults?: unknown } }[];
}

/** Longest time for the whole answer, milliseconds. */
const timeoutMs = 10_000;

/**
 * Runs one registered operation of MC and answers the value of its only root field; `name` is its keyword and name, `mutation Countersign`.
 * @throws {McError} `MC_UNREACHABLE`, `MC_REFUSED` with MC's own code and faults
 */
export async function operate(io: Io, connection: Connection, name: string, variables: object): Promise<unknown> {
  const id = Object.entries(manifest as Record<string, string>).find(([, text]) => text.startsWith(`${name}(`))?.[0];
  if (id === undefined) throw new Error(`no registered operation is called ${name}`);
  const headers = { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${await connection.token()}` };
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]);
  const unreachable = (message: string) => (cause: unknown) => {
    throw new McError('MC_UNREACHABLE', message, { cause, retryable: true, status: 503 });
  };
  const response = await io
    .fetch(`${connection.url}/graphql`, { method: 'POST', headers, redirect: 'error', signal, body: JSON.stringify({ id, variables }) })
    .catch(unreachable(`MC does not answer at ${connection.url}. Is it running? \`npm start\` runs one here.`));
  const text = await response.text().catch(unreachable('MC broke off its answer.'));
  const body = bodyOf(text);
  const [error] = body?.errors ?? [];
  const values = Object.values(body?.data ?? {});
  if (response.ok && error === undefined && values.length === 1) return values[0];
  const [code, message] = [error?.extensions?.code ?? body?.error?.code, error?.message ?? body?.error?.message];
  const said = typeof code === 'string' && typeof message === 'string' ? ` ${code}: ${message}` : '';
  throw new McError('MC_REFUSED', `MC answered ${response.status}.${said}`, {
    status: response.ok ? 502 : response.status,
    retryable: response.status >= 500 || response.status === 429 || response.status === 408,
    faults: Array.isArray(error?.extensions?.faults) ? (error.extensions.faults as Fault[]) : [],
  });
}

function bodyOf(text: string): GraphqlBody | null {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' ? (body as GraphqlBody | null) : null;
  } catch {
    return null;
  }
}
