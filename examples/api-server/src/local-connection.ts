// What `mc` and the story find under the data directory: where MC listens, one token per role, the pinned root.
import { join } from 'node:path';
import type { Scope } from '@promotable/contracts';
import type { McTokens } from '@promotable/server-kit';
import { localTenant } from './configuration.ts';
import { keyFiles } from './key-directory.ts';
import { writeFileWhole } from './local-files.ts';

/** Least privilege by role. */
const roles = {
  publisher: ['evidence:publish', 'evidence:read'],
  gate: ['gate:ask', 'decision:read'],
  reader: ['evidence:read', 'decision:read', 'ledger:read', 'policy:read', 'exception:read'],
  operator: ['waiver:request', 'override:create', 'override:break-glass', 'exception:read', 'exception:revoke'],
  /** Another person than the operator. */
  approver: ['waiver:approve', 'override:countersign', 'exception:read', 'exception:revoke'],
  /** Hands out tokens, with rights of its own. */
  admin: [
    'token:issue',
    'person:erase',
    'retention:run',
    'retention:hold',
    'evidence:publish',
    'evidence:read',
    'gate:ask',
    'decision:read',
    'ledger:read',
    'policy:read',
  ],
} as const satisfies Record<string, readonly Scope[]>;

/** Scopes of a role, for whoever logs in locally. */
export const localScopes: Readonly<Record<keyof typeof roles, readonly Scope[]>> = roles;

/** Life of a local token, seconds; renewed while MC runs. */
export const localTokenSeconds = 86_400;

export interface LocalConnectionOptions {
  readonly data: string;
  readonly url: string;
  readonly rootPublicKey: string;
}

/** Writes `mc.json` last, so that whoever finds it finds all that it names. */
export async function writeLocalConnection(tokens: McTokens, { data, url, rootPublicKey }: LocalConnectionOptions): Promise<void> {
  await writeLocalTokens(tokens, data);
  await writeFileWhole(join(data, 'root.pub'), rootPublicKey, 0o644);
  const connection = {
    url,
    tokens: Object.fromEntries(Object.keys(roles).map((role) => [role, `tokens/${role}`])),
    root: 'root.pub',
    signingKey: `keys/${keyFiles.evidence}`,
    spool: 'spool',
  };
  await writeFileWhole(join(data, 'mc.json'), `${JSON.stringify(connection, null, 2)}\n`);
}

/** One scoped token per role, for every service of the local tenant. */
export async function writeLocalTokens(tokens: McTokens, data: string): Promise<void> {
  for (const [role, scopes] of Object.entries(roles)) {
    const { token } = await tokens.issue({
      subject: `local-${role}`,
      tenant: localTenant,
      services: ['*'],
      scopes,
      ttlSeconds: localTokenSeconds,
      development: true,
    });
    await writeFileWhole(join(data, 'tokens', role), `${token}\n`);
  }
}
