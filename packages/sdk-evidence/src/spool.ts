// Where evidence waits while MC is away: three adapters of one port.
export { openDirectorySpool } from './spool/directory-spool.ts';
export { openSqliteSpool } from './spool/sqlite-spool.ts';
export { openOciSpool } from './spool/oci-spool.ts';
export { dockerCredentials } from './oci/docker-credentials.ts';
export { publishOrSpool } from './spool/publish-or-spool.ts';
export { replay } from './spool/replay.ts';

export type { LeaseOptions, Spool, SpoolEntry, SpoolLease, SpoolOptions, SpoolRecord, SpoolRefusal, SpoolState } from './spool/spool.ts';
export type { OciSpoolOptions } from './spool/oci-spool.ts';
export type { RegistryOptions } from './oci/registry-client.ts';
export type { RegistryCredentials } from './oci/registry-auth.ts';
export type { PublishedOrSpooled, PublishOrSpoolOptions } from './spool/publish-or-spool.ts';
export type { Replayed, ReplayOptions, ReplayProgress } from './spool/replay.ts';
