import { type Act, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import type { ConnectionOptions } from '../connection.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { actOn, listOf, type ListOptions, placeOf, type PlaceOptions, withPlace } from '../exceptions.ts';
import { revokeException } from './override.ts';

interface RequestOptions extends PlaceOptions {
  readonly owner: string;
  readonly justification: string;
  readonly mitigation: string;
  readonly suite?: string;
  readonly rule?: string;
  readonly path?: string;
}

type Parent = Parameters<Register>[0];

export const registerWaiver: Register = (waiver, act) => {
  registerRequest(waiver, act);
  registerApprove(waiver, act);
  registerList(waiver, act);
  registerRevoke(waiver, act);
};

const registerRequest = (parent: Parent, act: Act): void => {
  const command = withPlace(parent.command('request'), '30d')
    .description('ask that a breach be accepted for a time; it counts once others have approved it')
    .requiredOption('--owner <id>', 'who answers for it')
    .requiredOption('--justification <text>', 'why it is acceptable')
    .requiredOption('--mitigation <text>', 'what is done about it meanwhile')
    .option('--suite <name>', 'the suite it is about')
    .option('--rule <id>', 'the finding alone that it is about, such as a CVE')
    .option('--path <place>', 'where the finding is, such as a package URL; needs --rule');
  withExamples(command, [
    'mc waiver request --service checkout --environment production --stage 20 --stage 50 --digest sha256:… --code VULN_OVER_BUDGET --rule CVE-2026-1234 --path pkg:npm/left@1.0.0 --owner team-checkout --justification "not reachable" --mitigation "egress is closed" --ticket SEC-17 --for 14d',
  ]);
  act<RequestOptions>(command, request);
};

async function request(invocation: Invocation<RequestOptions>): Promise<ExitCode> {
  const { owner, justification, mitigation, suite, rule, path } = invocation.options;
  const finding = Object.fromEntries(Object.entries({ suite, rule, path }).filter(([, value]) => value !== undefined));
  await actOn(invocation, 'operator', 'mutation RequestWaiver', {
    input: { ...placeOf(invocation), owner, justification, mitigation, ...finding },
  });
  return exitCodes.pass;
}

const registerApprove = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('approve').argument('<id>', 'id of a waiver'))
    .description('approve a waiver of somebody else')
    .option('--role <name>', 'the role you approve it in', 'approver');
  withExamples(command, ['mc waiver approve 0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10 --role security']);
  act<ConnectionOptions & { readonly role: string }>(command, async (invocation) => {
    await actOn(invocation, 'approver', 'mutation ApproveWaiver', { id: invocation.args[0] ?? '', role: invocation.options.role });
    return exitCodes.pass;
  });
};

const registerList = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('list'))
    .description('waivers that wait or are in force')
    .option('--service <name>', 'of this service alone')
    .option('--environment <name>', 'of this environment alone')
    .option('--all', 'ended and revoked ones too');
  withExamples(command, ['mc waiver list --service checkout', 'mc waiver list --all --json | jq -r ".[].id"']);
  act<ListOptions>(command, (invocation) => listOf(invocation, ['waiver']));
};

const registerRevoke = (parent: Parent, act: Act): void => {
  const command = withConnection(parent.command('revoke').argument('<id>', 'id of a waiver'))
    .description('end a waiver before its time')
    .requiredOption('--reason <text>', 'why');
  withExamples(command, ['mc waiver revoke 0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10 --reason "fixed in 1.4.3"']);
  act<ConnectionOptions & { readonly reason: string }>(command, revokeException('approver'));
};
