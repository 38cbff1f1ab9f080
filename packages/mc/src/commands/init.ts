import manifest from '../../package.json' with { type: 'json' };
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ServiceName, TenantId } from '@promotable/contracts';
import { Option } from 'commander';
import { type Invocation, type Register, withExamples } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { initPlan, type PlannedFile } from '../init/init-plan.ts';
import type { Publisher } from '../init/trust-rule.ts';
import type { Io } from '../io.ts';
import { makeDirectory, notWritable } from '../make-directory.ts';
import { McError } from '../mc-error.ts';

interface InitOptions {
  readonly service: string;
  readonly tenant: string;
  readonly url?: string;
  readonly ci: 'github' | 'argo';
  readonly repositoryId?: string;
  readonly issuer?: string;
  readonly serviceAccountUid?: string;
  readonly dir: string;
  readonly dryRun?: boolean;
}

/** `kept`: another file is there already, and it stays. */
type Outcome = 'written' | 'would write' | 'unchanged' | 'kept';

export const registerInit: Register = (command, act) => {
  command
    .requiredOption('--service <name>', 'the service that is released from here')
    .requiredOption('--tenant <name>', 'whose service it is')
    .option('--url <url>', 'base URL of MC (env MC_URL)')
    .addOption(
      new Option('--ci <name>', 'what builds: github (a reusable workflow) or argo (a WorkflowTemplate)')
        .choices(['github', 'argo'])
        .default('github'),
    )
    .option('--repository-id <id>', 'github: `gh api repos/OWNER/NAME --jq .id` (env GITHUB_REPOSITORY_ID)')
    .option(
      '--issuer <url>',
      'argo: issuer of the service account tokens, `kubectl get --raw /.well-known/openid-configuration | jq -r .issuer`',
    )
    .option('--service-account-uid <uid>', 'argo: `kubectl get serviceaccount promotable-publisher -o jsonpath={.metadata.uid}`')
    .option('--dir <path>', 'the repository', '.')
    .option('--dry-run', 'print what would be written, and write nothing');
  withExamples(command, [
    'mc init --service checkout --tenant acme --url https://mc.example --repository-id 1296269',
    'mc init --service checkout --tenant acme --ci argo --issuer https://kubernetes.default.svc --service-account-uid 5e7a… --dry-run',
  ]);
  act<InitOptions>(command, init);
};

async function init({ io, options, json }: Invocation<InitOptions>): Promise<ExitCode> {
  const plan = initPlan({ ...named(options), mcUrl: urlOf(io, options), version: manifest.version, publisher: publisherOf(io, options) });
  const directory = resolve(io.cwd, options.dir);
  const results: { path: string; outcome: Outcome }[] = [];
  for (const file of plan) results.push({ path: file.path, outcome: await place(directory, file, options.dryRun === true) });
  if (json) {
    const files = results.map((result, index) => ({ ...result, ...(options.dryRun === true ? { text: plan[index]?.text } : {}) }));
    io.stdout(`${JSON.stringify({ files }, null, 2)}\n`);
  } else {
    for (const [index, { path, outcome }] of results.entries()) {
      io.stdout(`${outcome}: ${path}\n`);
      if (options.dryRun === true && outcome !== 'unchanged') io.stdout(`${(plan[index]?.text ?? '').replace(/^(?=.)/gm, '    ')}\n`);
    }
    io.stderr('mc: next: add promotable/trust-rule.json to PROMOTABLE_OIDC of MC, keep the signing key as a secret, then `mc doctor`\n');
  }
  return exitCodes.pass;
}

function named({ service, tenant }: InitOptions): { service: string; tenant: string } {
  for (const [option, schema, value] of [
    ['--service', ServiceName, service],
    ['--tenant', TenantId, tenant],
  ] as const) {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw new McError('USAGE', `${option} ${parsed.error.issues[0]?.message ?? 'is not valid'}.`);
  }
  return { service, tenant };
}

/** Goes into a workflow as it is, so it holds nothing that could be anything but a URL there. */
function urlOf(io: Io, { url = io.env['MC_URL'] }: InitOptions): string {
  const parsed = URL.parse(url ?? '');
  if (parsed === null || parsed.protocol !== 'https:' || parsed.username !== '' || parsed.search !== '' || parsed.hash !== '')
    throw new McError('CONFIGURATION', 'Where is MC? Give --url or MC_URL: an https URL, such as https://mc.example.');
  return `${parsed.origin}${parsed.pathname.replace(/\/+$/, '')}`;
}

function publisherOf(io: Io, { ci, repositoryId = io.env['GITHUB_REPOSITORY_ID'], issuer, serviceAccountUid }: InitOptions): Publisher {
  if (ci === 'github') {
    if (repositoryId === undefined || !/^[1-9]\d{0,18}$/.test(repositoryId))
      throw new McError(
        'USAGE',
        '--repository-id must be the number that GitHub knows the repository by: `gh api repos/OWNER/NAME --jq .id`.',
      );
    return { kind: 'github', repositoryId };
  }
  if (issuer === undefined || URL.parse(issuer)?.protocol !== 'https:')
    throw new McError('USAGE', '--issuer must be the https URL of who issues the tokens of service accounts.');
  if (serviceAccountUid === undefined || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(serviceAccountUid))
    throw new McError('USAGE', '--service-account-uid must be the uid of the service account that publishes, not its name.');
  return { kind: 'argo', issuer, serviceAccountUid };
}

/** Nothing that is there is overwritten, also not by somebody who writes it at the same moment. */
async function place(directory: string, { path, text }: PlannedFile, isDryRun: boolean): Promise<Outcome> {
  const target = join(directory, path);
  const found = await readFile(target, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return null;
    throw new McError('FILE_UNREADABLE', `Cannot read ${target}: ${cause.code ?? 'unknown error'}.`, { cause });
  });
  if (found !== null) return found === text ? 'unchanged' : 'kept';
  if (isDryRun) return 'would write';
  await makeDirectory(dirname(target));
  return writeFile(target, text, { flag: 'wx' }).then(
    () => 'written' as const,
    (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EEXIST') return 'kept' as const;
      throw notWritable(target, cause);
    },
  );
}
