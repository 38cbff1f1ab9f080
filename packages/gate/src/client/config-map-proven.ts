// Lists of proven digests in a ConfigMap, so that they outlive every pod of an adapter. Its key is the only one that is read or written.
import { z } from 'zod';
import { GateError } from '../gate-error.ts';
import { ProvenMemory, type ProvenStore } from './proven-store.ts';

/** Which ConfigMap, and how the API of its cluster is reached. */
export interface ConfigMapOptions {
  /** Base URL of the API server. */
  readonly url: string;
  readonly namespace: string;
  /** Name of the ConfigMap, which must exist: a right to create cannot be narrowed to a name. */
  readonly name: string;
  /** Token of the service account, read anew for each request; it may `get` and `patch` this ConfigMap. */
  readonly token: () => Promise<string>;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** Longest time of a request, milliseconds. @default 5000 */
  readonly timeoutMs?: number;
}

/** Key of the lists within the ConfigMap. */
const dataKey = 'proven.json';

const ConfigMap = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).optional(),
});

/**
 * Lists in a ConfigMap. Replicas may share it: what another one wrote in the meantime is not overwritten, and the next refresh writes again.
 * @throws {GateError} `STATE_UNREADABLE`, `STATE_NOT_WRITABLE` (409 where another replica came first)
 */
export function configMapProven({
  url,
  namespace,
  name,
  token,
  fetch = globalThis.fetch,
  timeoutMs = 5000,
}: ConfigMapOptions): ProvenStore {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
  let resourceVersion: string | null = null;

  async function request(code: 'STATE_UNREADABLE' | 'STATE_NOT_WRITABLE', patch: string | null): Promise<unknown> {
    const failed = (why: string, options: { readonly cause?: unknown; readonly status?: number } = {}) =>
      new GateError(code, `the ConfigMap ${namespace}/${name} ${why}`, { ...options, retryable: true });
    const headers = { accept: 'application/json', authorization: `Bearer ${(await token()).trim()}` };
    const sent =
      patch === null
        ? { headers }
        : { method: 'PATCH', body: patch, headers: { ...headers, 'content-type': 'application/merge-patch+json' } };
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, { ...sent, signal, redirect: 'error' }).catch((cause: unknown) => {
      throw failed('cannot be reached', { cause });
    });
    if (!response.ok) throw failed(`was answered with HTTP ${response.status}`, { status: response.status });
    return response.json().catch((cause: unknown) => {
      throw failed('was answered with something that is no JSON', { cause });
    });
  }

  function opened(value: unknown): ProvenMemory | null {
    const unreadable = () =>
      new GateError('STATE_UNREADABLE', `${dataKey} of the ConfigMap ${namespace}/${name} is damaged: remove it to start afresh`);
    const parsed = ConfigMap.safeParse(value);
    if (!parsed.success) throw unreadable();
    resourceVersion = parsed.data.metadata.resourceVersion;
    const text = parsed.data.data?.[dataKey];
    if (text === undefined) return null;
    const memory = ProvenMemory.safeParse(parseJson(text));
    if (!memory.success) throw unreadable();
    return memory.data;
  }

  return {
    load: async () => opened(await request('STATE_UNREADABLE', null)),
    async save(memory) {
      // Refused by the API where another replica has written since it was read.
      const metadata = resourceVersion === null ? {} : { metadata: { resourceVersion } };
      const body = JSON.stringify({ ...metadata, data: { [dataKey]: JSON.stringify(memory) } });
      opened(await request('STATE_NOT_WRITABLE', body));
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
