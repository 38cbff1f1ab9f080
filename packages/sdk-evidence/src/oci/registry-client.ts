// An OCI registry by its Distribution API 1.1: blobs and manifests, each checked against its digest.
import { sha256Hex } from '@promotable/attest';
import { EvidenceError } from '../evidence-error.ts';
import type { ImageReference } from './image-reference.ts';
import { mediaTypes } from './manifest.ts';
import { type Authorize, registryAuthorization, type RegistryCredentials } from './registry-auth.ts';

/** How a registry is spoken to. */
export interface RegistryOptions {
  /** @default none: as anybody */
  readonly credentials?: RegistryCredentials | null | undefined;
  /** @default the global one */
  readonly fetch?: typeof fetch | undefined;
  /** Longest single request, milliseconds. @default 30000 */
  readonly requestMs?: number | undefined;
  /** Most bytes of one answer. @default 16777216 */
  readonly maxAnswerBytes?: number | undefined;
}

/** One repository of a registry. Everything rejects with `EvidenceError` `REGISTRY_UNAVAILABLE`. */
export interface RegistryClient {
  /** A manifest by digest or tag; null where there is none. */
  manifest(reference: string): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string; readonly digest: string } | null>;
  putManifest(reference: string, bytes: Uint8Array, mediaType: string): Promise<void>;
  blob(digest: string): Promise<Uint8Array>;
  putBlob(bytes: Uint8Array): Promise<{ readonly digest: string; readonly size: number }>;
  /** One page of a listing below the repository, such as `referrers/sha256:…`, and where the next one is; null where there is none (404). */
  page(path: string): Promise<{ readonly bytes: Uint8Array; readonly next: string | null } | null>;
}

const accepted = Object.values(mediaTypes)
  .filter((type) => type !== mediaTypes.empty)
  .join(', ');

interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

/** Plain text is spoken to this machine alone. */
function baseOf(registry: string): URL {
  const isLocal = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/.test(registry);
  return new URL(`${isLocal ? 'http' : 'https'}://${registry}`);
}

export function createRegistryClient(
  { registry, repository }: Pick<ImageReference, 'registry' | 'repository'>,
  { credentials = null, fetch: fetcher = fetch, requestMs = 30_000, maxAnswerBytes: maxBytes = 16_777_216 }: RegistryOptions = {},
): RegistryClient {
  const base = baseOf(registry);
  const authorize: Authorize = registryAuthorization(credentials, base, fetcher);
  let authorization: string | null = null;

  async function call(path: string, { method = 'GET', headers = {}, body }: Call = {}): Promise<Response> {
    const url = new URL(path, base);
    const ask = async (): Promise<Response> => {
      // A registry may hand a blob on to its storage; the credentials stay here.
      const own: Record<string, string> = url.origin === base.origin && authorization !== null ? { authorization } : {};
      const signal = AbortSignal.timeout(requestMs);
      const init = {
        method,
        headers: { ...headers, ...own },
        signal,
        ...(body === undefined ? {} : { body: body as Uint8Array<ArrayBuffer> }),
      };
      return fetcher(url, init).catch((error: unknown) => {
        throw unavailable(`${registry} cannot be reached: ${networkCode(error)}`, true);
      });
    };
    const first = await ask();
    if (first.status !== 401 || url.origin !== base.origin) return first;
    await first.body?.cancel();
    const signal = AbortSignal.timeout(requestMs);
    const granted = await authorize(first.headers.get('www-authenticate'), signal).catch((error: unknown) => {
      throw unavailable(`the token service of ${registry} cannot be reached: ${networkCode(error)}`, true);
    });
    if (granted === null || granted === authorization) return new Response(null, { status: 401 });
    authorization = granted;
    return ask();
  }

  async function bytesOf(response: Response): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      size += chunk.length;
      if (size > maxBytes) throw unavailable(`${registry} answers more than ${maxBytes} bytes`, false);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  async function refused(response: Response, what: string): Promise<EvidenceError> {
    await response.body?.cancel();
    const why = response.status === 401 || response.status === 403 ? ': who asks may not; log in to the registry' : '';
    return unavailable(
      `${registry}/${repository} answers ${response.status} to ${what}${why}`,
      response.status >= 500 || response.status === 429,
    );
  }

  function requireDigest(bytes: Uint8Array, digest: string): void {
    if (`sha256:${sha256Hex(bytes)}` !== digest) throw unavailable(`${registry}/${repository} gives other bytes than ${digest}`, false);
  }

  /** The next page is one of the same registry, whatever host it names. */
  function pathOf(next: string): string {
    const { pathname, search } = new URL(next, base);
    return `${pathname}${search}`;
  }

  return {
    async manifest(reference) {
      const response = await call(`/v2/${repository}/manifests/${reference}`, { headers: { accept: accepted } });
      if (response.status === 404) {
        await response.body?.cancel();
        return null;
      }
      if (!response.ok) throw await refused(response, 'the request for a manifest');
      const bytes = await bytesOf(response);
      if (reference.startsWith('sha256:')) requireDigest(bytes, reference);
      const mediaType = response.headers.get('content-type')?.split(';')[0]?.trim() ?? mediaTypes.manifest;
      return { bytes, mediaType, digest: `sha256:${sha256Hex(bytes)}` };
    },
    async putManifest(reference, bytes, mediaType) {
      const response = await call(`/v2/${repository}/manifests/${reference}`, {
        method: 'PUT',
        headers: { 'content-type': mediaType },
        body: bytes,
      });
      if (!response.ok) throw await refused(response, 'a manifest');
      await response.body?.cancel();
    },
    async blob(digest) {
      const response = await call(`/v2/${repository}/blobs/${digest}`);
      if (!response.ok) throw await refused(response, 'the request for a blob');
      const bytes = await bytesOf(response);
      requireDigest(bytes, digest);
      return bytes;
    },
    async putBlob(bytes) {
      const digest = `sha256:${sha256Hex(bytes)}`;
      const known = await call(`/v2/${repository}/blobs/${digest}`, { method: 'HEAD' });
      if (!known.ok) {
        const started = await call(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
        const location = started.headers.get('location');
        if (started.status !== 202 || location === null) throw await refused(started, 'the start of an upload');
        const target = new URL(location, base);
        target.searchParams.set('digest', digest);
        const done = await call(target.href, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: bytes });
        if (done.status !== 201) throw await refused(done, 'a blob');
        await done.body?.cancel();
      }
      return { digest, size: bytes.length };
    },
    async page(path) {
      const response = await call(path.startsWith('/') ? path : `/v2/${repository}/${path}`);
      if (response.status === 404) {
        await response.body?.cancel();
        return null;
      }
      if (!response.ok) throw await refused(response, 'the request for a listing');
      const next = /<([^>]+)>\s*;\s*rel="?next"?/i.exec(response.headers.get('link') ?? '')?.[1] ?? null;
      return { bytes: await bytesOf(response), next: next === null ? null : pathOf(next) };
    },
  };
}

function unavailable(message: string, retryable: boolean): EvidenceError {
  return new EvidenceError('REGISTRY_UNAVAILABLE', message, { retryable });
}

/** `ECONNREFUSED` and its like; messages may quote what was sent and are not used. */
function networkCode(error: unknown): string {
  for (let current = error, depth = 0; current instanceof Error && depth < 4; current = current.cause, depth++) {
    const { code } = current as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return error instanceof Error ? error.name : 'unknown error';
}
