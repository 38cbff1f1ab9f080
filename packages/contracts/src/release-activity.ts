/** A release by its name within a tenant. */
export interface ReleaseName {
  readonly service: string;
  readonly releaseId: string;
}

/** When something about a release came last; milliseconds since the Unix epoch. */
export interface ReleaseActivity extends ReleaseName {
  readonly at: number;
}

/** Which releases to list, latest activity first; what is equal in time is ordered by service and release id, greatest first. */
export interface ReleaseActivityQuery {
  readonly tenant: string;
  /** Null = every service of the tenant. */
  readonly services: readonly string[] | null;
  /** Part of the release id in any case; null = any. */
  readonly search: string | null;
  /** These alone; null = all. */
  readonly among: readonly ReleaseName[] | null;
  /** Only what comes after this one in the list; null = from its beginning. */
  readonly before: ReleaseActivity | null;
  readonly limit: number;
}
