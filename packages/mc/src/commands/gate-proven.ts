import type { ProvenList } from '@promotable/contracts';
import { type Act, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { printable } from '../render/printable.ts';
import { pinnedRoot } from '../trusted-keys.ts';

interface ProvenOptions extends ConnectionOptions {
  readonly service: string;
  readonly environment: string;
}

export const registerProven = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('proven'))
    .description('show what a service may go back to while MC is away: the signed list that `mc gate serve` keeps, verified')
    .requiredOption('--service <name>', 'the service')
    .requiredOption('--environment <name>', 'where it runs');
  withExamples(command, [
    'mc gate proven --service checkout --environment production',
    'mc gate proven --service checkout --environment production --json | jq -r .list.proven[].releaseId',
  ]);
  act<ProvenOptions>(command, proven);
};

async function proven({ io, options, json }: Invocation<ProvenOptions>): Promise<ExitCode> {
  const { memoryProven, memoryState, refreshProven } = await import('@promotable/gate/client');
  const connection = await connect(io, 'gate', options);
  const { service, environment } = options;
  const { list, bundle } = await refreshProven({
    url: connection.url,
    token: connection.token,
    trust: { rootPublicKey: await pinnedRoot(io, options) },
    state: memoryState(),
    proven: memoryProven(),
    clock: io.clock,
    fetch: io.fetch,
    signal: io.signal,
    service,
    environment,
  });
  io.stdout(json ? `${JSON.stringify({ list, bundle }, null, 2)}\n` : render(list));
  return exitCodes.pass;
}

function render({ service, environment, revision, issuedAt, expiresAt, proven, suspect, revoked }: ProvenList): string {
  const named = (artifacts: ProvenList['proven']) => artifacts.map(({ releaseId, digests }) => `  ${releaseId}  ${digests.join(' ')}`);
  const part = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : [title, ...lines]);
  const lines = [
    `${service} in ${environment}, revision ${revision} of ${issuedAt}, counts until ${expiresAt}`,
    ...(proven.length === 0 ? ['Nothing to go back to.'] : part('May be gone back to:', named(proven))),
    ...part('Left by a rollback:', named(suspect)),
    ...part(
      'Withdrawn:',
      revoked.map((digest) => `  ${digest}`),
    ),
  ];
  return printable(`${lines.join('\n')}\n`);
}
