// What both servers of the publish row are given: a key, a database, the path they answer at.
import type { SigningKeyPair } from '@promotable/attest';

export const tenant = 'tenant-0';
export const service = 'checkout';
export const actor = 'https://ci.example#repo-0';

/** The only argument of a server, as JSON. */
export interface ServerOrder {
  readonly uri: string;
  readonly key: SigningKeyPair;
}

/** What a server says once it listens. */
export interface ServerAnnouncement {
  readonly port: number;
  readonly token: string;
}

/** What the generator is asked. */
export interface LoadQuestion extends ServerAnnouncement {
  readonly pid: number;
  readonly key: SigningKeyPair;
  readonly durationMs: number;
}
