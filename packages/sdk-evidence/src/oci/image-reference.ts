import { Digest } from '@promotable/contracts';
import { faulty, quoted } from '../fault-list.ts';

/** An image by its digest, as OCI and Docker write it. */
export interface ImageReference {
  /** `host` or `host:port`. */
  readonly registry: string;
  /** Such as `team/checkout`. */
  readonly repository: string;
  /** `sha256:…` */
  readonly digest: string;
}

const host = /^(?:[a-z0-9](?:[a-z0-9.-]{0,252}[a-z0-9])?|\[[0-9a-f:]{2,39}\])(?::\d{1,5})?$/i;
const repositoryRule = /^(?=.{1,255}$)[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** An image as people name it. */
export interface ImageName extends Pick<ImageReference, 'registry' | 'repository'> {
  /** @default 'latest' */
  readonly tag: string;
  /** `sha256:…`; where it is given it alone says which image is meant. */
  readonly digest: string | null;
}

/**
 * Reads `registry/repository@sha256:…`; a tag before the digest is passed over, for only the digest says which image it is. The registry
 * must be named: which one is meant by none is a habit of one tool.
 * @throws {EvidenceError} `EVIDENCE_INVALID`
 */
export function parseImageReference(text: string): ImageReference {
  const name = imageName(text);
  if (name === null || name.digest === null) throw invalid(text, 'registry/repository@sha256:…');
  const { registry, repository, digest } = name;
  return { registry, repository, digest };
}

/** Reads `registry/repository`, with a tag, a digest, or both. @throws {EvidenceError} `EVIDENCE_INVALID` */
export function parseImageName(text: string): ImageName {
  const name = imageName(text);
  if (name === null) throw invalid(text, 'registry/repository, with :tag or @sha256:…');
  return name;
}

function imageName(text: string): ImageName | null {
  const [name = '', digest, ...more] = text.split('@');
  const slash = name.indexOf('/');
  const registry = name.slice(0, Math.max(0, slash));
  const path = name.slice(slash + 1);
  const tag = /:(\w[\w.-]{0,127})$/.exec(path)?.[1];
  const repository = tag === undefined ? path : path.slice(0, -tag.length - 1);
  const isNamed = host.test(registry) && (registry.includes('.') || registry.includes(':') || registry === 'localhost');
  const isDigest = digest === undefined || Digest.safeParse(digest).success;
  if (more.length > 0 || !isNamed || !repositoryRule.test(repository) || !isDigest) return null;
  return { registry, repository, tag: tag ?? 'latest', digest: digest ?? null };
}

function invalid(text: string, form: string) {
  return faulty('EVIDENCE_INVALID', 'image', [{ path: '/image', code: 'invalid_format', message: `must be ${form}, not ${quoted(text)}` }]);
}
