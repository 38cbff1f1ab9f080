// Which artifacts an image consists of, as its registry has it. A tag says where to look, never what is there: the digest is that of the bytes.
import type { Artifact } from '../build/artifact.ts';
import { EvidenceError } from '../evidence-error.ts';
import { parseImageName } from './image-reference.ts';
import { ImageIndex, Manifest, mediaTypes } from './manifest.ts';
import { createRegistryClient, type RegistryOptions } from './registry-client.ts';

/** An image as its registry has it. */
export interface ResolvedImage {
  /** `registry/repository@sha256:…` */
  readonly reference: string;
  /** The image and, of an index, the image of each platform: the subjects of evidence about it. */
  readonly artifacts: readonly Artifact[];
}

const indexTypes: readonly string[] = [mediaTypes.index, mediaTypes.dockerList];
const imageTypes: readonly string[] = [mediaTypes.manifest, mediaTypes.dockerManifest];

/**
 * Asks a registry which bytes an image name stands for, and, where that is an index, which platforms it lists; provenance and the like that
 * builders list beside them (`unknown/unknown`) are no platforms.
 * @param image `registry/repository`, `:tag` (default `latest`) or `@sha256:…`
 * @throws {EvidenceError} `EVIDENCE_INVALID` for another form of name, an image that is not there or is none; `REGISTRY_UNAVAILABLE`
 */
export async function resolveImage(image: string, options: RegistryOptions = {}): Promise<ResolvedImage> {
  const name = parseImageName(image);
  const place = `${name.registry}/${name.repository}`;
  const asked = name.digest ?? name.tag;
  const client = createRegistryClient(name, options);
  const found = await client.manifest(asked);
  if (found === null) throw noImage(`${place} has no ${asked}`);
  const { digest, mediaType, bytes } = found;
  const content = jsonOf(bytes);
  // What the bytes say goes before what the registry calls them.
  const stated = (content as { mediaType?: unknown } | null)?.mediaType;
  const type = typeof stated === 'string' ? stated : mediaType;
  const own = { name: place, sha256: digest.slice('sha256:'.length) };
  const reference = `${place}@${digest}`;
  if (imageTypes.includes(type) && Manifest.safeParse(content).data?.config !== undefined) return { reference, artifacts: [own] };
  const index = ImageIndex.safeParse(content);
  if (!indexTypes.includes(type) || !index.success) throw noImage(`${place} ${asked} is no image: it is ${type}`);
  const platforms = index.data.manifests.filter(({ mediaType: kind, platform }) => imageTypes.includes(kind) && isRunnable(platform));
  if (platforms.length === 0) throw noImage(`${place} ${asked} is an index that lists no image`);
  const seen = new Set([own.sha256]);
  const artifacts = platforms.flatMap(({ digest: listed, platform }) => {
    const sha256 = listed.slice('sha256:'.length);
    if (seen.has(sha256)) return [];
    seen.add(sha256);
    return [{ name: platform === undefined ? place : `${place} (${platformName(platform)})`, sha256 }];
  });
  return { reference, artifacts: [own, ...artifacts] };
}

type Platform = NonNullable<ImageIndex['manifests'][number]['platform']>;

function isRunnable(platform: Platform | undefined): boolean {
  return platform?.os !== 'unknown' && platform?.architecture !== 'unknown';
}

function platformName({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter((part) => part !== undefined).join('/');
}

function noImage(message: string): EvidenceError {
  return new EvidenceError('EVIDENCE_INVALID', message, { faults: [{ path: '/image', code: 'no_image', message }] });
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}
