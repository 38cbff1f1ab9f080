import { keyUses, resolveKey } from '@promotable/attest';
import { type Act, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { renderTable } from '../render/table.ts';
import { verifiedKeys } from '../trusted-keys.ts';

interface ListOptions extends ConnectionOptions {
  readonly keys?: string;
}

export const registerKeyList = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('list'))
    .description('the keys of the signed key set, and how each stands now; retired and revoked ones stay listed')
    .option('--keys <file>', 'a key set that was exported, instead of the one that MC publishes');
  withExamples(command, ['mc keys list', 'mc keys list --keys A.keys.json --root root.pub --json']);
  act<ListOptions>(command, list);
};

async function list({ io, options, json }: Invocation<ListOptions>): Promise<ExitCode> {
  const { keySet } = await verifiedKeys(io, options, options.keys === undefined ? () => connect(io, 'reader', options) : null);
  const at = io.clock.now();
  const keys = [...keySet.keys]
    .sort((a, b) => keyUses.indexOf(a.use) - keyUses.indexOf(b.use) || a.notBefore.localeCompare(b.notBefore))
    .map(({ keyId, use, algorithm, notBefore, notAfter, revokedAt }) => ({
      ...{ keyId, use, algorithm, status: resolveKey(keySet, keyId, { use, at }).status, notBefore, notAfter, revokedAt },
    }));
  const { version, issuedAt, expiresAt } = keySet;
  if (json) io.stdout(`${JSON.stringify({ version, issuedAt, expiresAt, keys }, null, 2)}\n`);
  else {
    const rows = keys.map(({ keyId, use, algorithm, status, notBefore, notAfter, revokedAt }) => [
      ...[keyId, use, algorithm, status, notBefore, notAfter, revokedAt ?? ''],
    ]);
    io.stdout(`key set ${version}, issued ${issuedAt}, to be renewed before ${expiresAt}\n`);
    io.stdout(renderTable(['key', 'use', 'algorithm', '', 'from', 'until', 'revoked'], rows));
  }
  return exitCodes.pass;
}
