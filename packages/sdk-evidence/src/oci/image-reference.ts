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

/**
 * Reads `registry/repository@sha256:…`; a tag before the digest is passed over, for only the digest says which image it is. The registry
 * must be named: which one is meant by none is a habit of one tool.
 * @throws {EvidenceError} `EVIDENCE_INVALID`
 */
export function parseImageReference(text: string): ImageReference {
  const [name = '', digest = '', ...more] = text.split('@');
  const slash = name.indexOf('/');
  const registry = name.slice(0, Math.max(0, slash));
  const repository = name.slice(slash + 1).replace(/:[\w][\w.-]{0,127}$/, '');
  const isNamed = host.test(registry) && (registry.includes('.') || registry.includes(':') || registry === 'localhost');
  if (more.length === 0 && isNamed && repositoryRule.test(repository) && Digest.safeParse(digest).success)
    return { registry, repository, digest };
  throw faulty('EVIDENCE_INVALID', 'image', [
    { path: '/image', code: 'invalid_format', message: `must be registry/repository@sha256:…, not ${quoted(text)}` },
  ]);
}
