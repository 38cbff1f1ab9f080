import { createHash } from 'node:crypto';

/** What a release of the demo service is made of. */
export interface ReleaseSpec {
  /** Folder of its files; names it in the story. */
  readonly name: string;
  readonly releaseId: string;
  /** Version of the npm package. */
  readonly version: string;
  /** Backend calls that the service makes at a time. */
  readonly poolSize: number;
}

/** A release as it is deployed. */
export interface PackedRelease {
  readonly spec: ReleaseSpec;
  /** The file that `npm pack` made. */
  readonly tarball: string;
  /** `sha256:` and the hex SHA-256 of the tarball's bytes. */
  readonly digest: string;
  /** The very tarball, unpacked; what runs. */
  readonly directory: string;
  /** Stands for the pod template that names this tarball; see {@link podTemplateHash}. */
  readonly podTemplateHash: string;
}

/** A release with what its build can show. */
export interface BuiltRelease extends PackedRelease {
  /** CycloneDX JSON, made by npm from the lockfile. */
  readonly sbom: string;
  /** JUnit XML of a run of its tests. */
  readonly junit: string;
}

/** The hash that a cluster would give the pods of this release: it changes when the artifact or its configuration does, and never else. */
export function podTemplateHash({ releaseId, digest }: { readonly releaseId: string; readonly digest: string }): string {
  return createHash('sha256').update(JSON.stringify({ releaseId, digest })).digest('hex').slice(0, 10);
}
