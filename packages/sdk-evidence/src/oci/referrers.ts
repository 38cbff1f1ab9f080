// What refers to an image: by the referrers API, and where a registry has none, by the tag that clients keep in its place
// (https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema). That tag has no owner: of two who write
// it at once one is lost. So each referrer of ours gets a tag of its own besides, and the other is written for tools that know only it.
import { sha256Hex } from '@promotable/attest';
import { z } from 'zod';
import { EvidenceError } from '../evidence-error.ts';
import { type Descriptor, emptyBytes, ImageIndex, Manifest, mediaTypes } from './manifest.ts';
import type { RegistryClient } from './registry-client.ts';

/** A new referrer of an image. */
export interface NewReferrer {
  readonly artifactType: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Its one layer; none is two bytes that say so. */
  readonly content: { readonly mediaType: string; readonly bytes: Uint8Array } | null;
}

const maxPages = 100;
const Tags = z.object({ tags: z.array(z.string()).nullish() });

/** Everything that refers to `digest`, of whatever type: some registries do not filter, some tell another type than the manifest does. */
export async function referrersOf(client: RegistryClient, digest: string): Promise<readonly Descriptor[]> {
  const pages = await pagesOf(client, `referrers/${digest}`);
  if (pages === null) return taggedReferrers(client, digest);
  return pages.flatMap((page) => ImageIndex.parse(page).manifests);
}

/** Pushes a referrer of the image; once it resolves, {@link referrersOf} lists it. */
export async function pushReferrer(
  client: RegistryClient,
  image: string,
  { artifactType, annotations, content }: NewReferrer,
): Promise<void> {
  const subject = await client.manifest(image);
  if (subject === null) throw unreadable(`there is no image ${image}: push it before its evidence`);
  const empty = { mediaType: mediaTypes.empty, ...(await client.putBlob(emptyBytes)) };
  const layer = content === null ? empty : { mediaType: content.mediaType, ...(await client.putBlob(content.bytes)) };
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    artifactType,
    config: empty,
    layers: [layer],
    subject: { mediaType: subject.mediaType, digest: image, size: subject.bytes.length },
    annotations,
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  const digest = `sha256:${sha256Hex(bytes)}`;
  // `OCI-Subject` in the answer is no sign of the API: some registries that have it do not say so.
  const hasApi = (await client.page(`referrers/${image}`)) !== null;
  await client.putManifest(hasApi ? digest : ownTag(image, digest), bytes, mediaTypes.manifest);
  if (!hasApi)
    await addToFallback(client, image, { mediaType: mediaTypes.manifest, digest, size: bytes.length, artifactType, annotations });
}

/** A referrer's manifest. @throws {EvidenceError} `REGISTRY_UNAVAILABLE` where it is gone or is none */
export async function referrerManifest(client: RegistryClient, reference: string): Promise<Manifest> {
  const found = await client.manifest(reference);
  const parsed = found === null ? null : Manifest.safeParse(jsonOf(found.bytes));
  if (parsed?.success !== true) throw unreadable(`${reference} is no manifest`);
  return parsed.data;
}

async function taggedReferrers(client: RegistryClient, image: string): Promise<readonly Descriptor[]> {
  const listed = await fallbackIndex(client, image);
  const known = new Set(listed.map(({ digest }) => ownTag(image, digest)));
  const pages = (await pagesOf(client, 'tags/list?n=1000')) ?? [];
  const tags = pages.flatMap((page) => Tags.parse(page).tags ?? []);
  const own = tags.filter((tag) => tag.startsWith(`${fallbackTag(image)}.`) && !known.has(tag));
  const unlisted = own.map(async (tag): Promise<Descriptor[]> => {
    const found = await client.manifest(tag);
    if (found === null) return [];
    const { artifactType, annotations } = Manifest.parse(jsonOf(found.bytes));
    const stated = { ...(artifactType === undefined ? {} : { artifactType }), ...(annotations === undefined ? {} : { annotations }) };
    return [{ mediaType: found.mediaType, digest: found.digest, size: found.bytes.length, ...stated }];
  });
  return [...listed, ...(await Promise.all(unlisted)).flat()];
}

async function addToFallback(client: RegistryClient, image: string, referrer: Descriptor): Promise<void> {
  const index = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: [...(await fallbackIndex(client, image)), referrer] };
  await client.putManifest(fallbackTag(image), Buffer.from(JSON.stringify(index)), mediaTypes.index);
}

async function fallbackIndex(client: RegistryClient, digest: string): Promise<readonly Descriptor[]> {
  const index = await client.manifest(fallbackTag(digest));
  return index === null ? [] : ImageIndex.parse(jsonOf(index.bytes)).manifests;
}

/** Every page of a listing; null where there is none. */
async function pagesOf(client: RegistryClient, first: string): Promise<unknown[] | null> {
  const pages: unknown[] = [];
  for (let path: string | null = first; path !== null; ) {
    const page: Awaited<ReturnType<RegistryClient['page']>> = await client.page(path);
    if (page === null) return pages.length === 0 ? null : pages;
    if (pages.push(jsonOf(page.bytes)) > maxPages) throw unreadable(`a listing has more than ${maxPages} pages`);
    path = page.next;
  }
  return pages;
}

function fallbackTag(digest: string): string {
  return digest.replace(':', '-');
}

/** At most 128 characters, as a tag may have. */
function ownTag(image: string, digest: string): string {
  return `${fallbackTag(image)}.${digest.slice('sha256:'.length, 'sha256:'.length + 40)}`;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw unreadable('the registry answers something that is no JSON');
  }
}

function unreadable(message: string): EvidenceError {
  return new EvidenceError('REGISTRY_UNAVAILABLE', message);
}
