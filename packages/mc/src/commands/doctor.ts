import { resolve } from 'node:path';
import { collect, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type Connection, type ConnectionOptions, readText } from '../connection.ts';
import { checked, type CheckStatus, type Finding, skipped } from '../doctor/check.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { McError } from '../mc-error.ts';
import { chosenTemplate, matchersOf, prometheusClient, type PrometheusOptions, withPrometheus } from '../prometheus-options.ts';
import { printable } from '../render/printable.ts';

interface DoctorOptions extends ConnectionOptions, PrometheusOptions {
  readonly as: string;
  readonly key?: string;
  readonly manifest?: string[];
}

/** What each role does with its token. */
const scopesOf = { publisher: ['evidence:publish'], gate: ['gate:ask'], reader: ['evidence:read', 'decision:read'] } as const;
const signs: Record<CheckStatus, string> = { ok: 'ok     ', warning: 'WARNING', failed: 'FAILED ', skipped: 'skipped' };

export const registerDoctor: Register = (command, act) => {
  withPrometheus(withConnection(command))
    .option('--as <role>', `what the token is for: ${Object.keys(scopesOf).join(', ')}`, 'gate')
    .option('--key <file>', 'private key that signs evidence here (env MC_SIGNING_KEY)')
    .option('--manifest <file>', 'Kubernetes YAML with the Rollout or the AnalysisTemplate; may be repeated', collect);
  withExamples(command, [
    'mc doctor --token-file /var/run/secrets/promotable/token --root root.pem --manifest rollout.yaml --manifest analysis-template.yaml',
    'mc doctor --as publisher --key key.pem --json',
    'mc doctor --prometheus http://prometheus:9090 --match service=checkout',
  ]);
  act<DoctorOptions>(command, doctor);
};

async function doctor({ io, options, json }: Invocation<DoctorOptions>): Promise<ExitCode> {
  const role = (Object.keys(scopesOf) as (keyof typeof scopesOf)[]).find((name) => name === options.as);
  if (role === undefined) throw new McError('USAGE', `--as must be one of ${Object.keys(scopesOf).join(', ')}.`);
  const findings = [...(await ofMc(io, options, role)), ...(await ofManifests(io, options)), ...(await ofPrometheus(io, options))];
  if (json) io.stdout(`${JSON.stringify({ checks: findings.map(({ exitCode: _exitCode, ...finding }) => finding) }, null, 2)}\n`);
  else for (const finding of findings) io.stdout(printable(render(finding)));
  return exitCodeOf(findings);
}

/** 2 where the caller must mend something; 3 where only something is away. */
function exitCodeOf(findings: readonly Finding[]): ExitCode {
  const codes = findings.map(({ exitCode }) => exitCode);
  if (codes.includes(exitCodes.usage)) return exitCodes.usage;
  return codes.find((code) => code !== exitCodes.pass) ?? exitCodes.pass;
}

function render({ name, status, message, fix }: Finding): string {
  return `${signs[status]} ${name}: ${message}\n${fix === '' ? '' : `          → ${fix}\n`}`;
}

async function ofMc(io: Io, options: DoctorOptions, role: keyof typeof scopesOf): Promise<Finding[]> {
  const [{ reachability, tokenChecks }, { keySetChecks, signingKeyChecks }] = await Promise.all([
    import('../doctor/mc-checks.ts'),
    import('../doctor/key-checks.ts'),
  ]);
  let connection: Connection;
  try {
    connection = await connect(io, role, options);
  } catch (error) {
    return checked('mc', 'Give --url, or MC_URL.', () => Promise.reject(error));
  }
  let keySet: Awaited<ReturnType<typeof keySetChecks>>['keySet'] | null = null;
  const findings = [
    ...(await checked('mc', 'See whether MC runs, and whether its port is reachable from here.', () => reachability(io, connection))),
    ...(await checked(
      'token',
      'See that the file is mounted, the token is not over, and its audience and rule fit: `mc auth whoami`.',
      () => tokenChecks(io, connection, scopesOf[role]),
    )),
    ...(await checked('key-set', 'Pin the root that came by another way than from MC: --root, or MC_ROOT_KEY.', async () => {
      const made = await keySetChecks(io, options, connection);
      keySet = made.keySet;
      return made.findings;
    })),
  ];
  const isSigning = options.key !== undefined || io.env['MC_SIGNING_KEY'] !== undefined || role === 'publisher';
  if (!isSigning) return [...findings, skipped('signing-key', 'nothing is signed here (--key)')];
  return [
    ...findings,
    ...(await checked('signing-key', 'Give --key or MC_SIGNING_KEY: PKCS8 PEM of P-256 or Ed25519.', () =>
      signingKeyChecks(io, options, keySet),
    )),
  ];
}

async function ofManifests(io: Io, { manifest = [] }: DoctorOptions): Promise<Finding[]> {
  if (manifest.length === 0) return [skipped('manifests', 'labels, images and templates were not looked at (--manifest)')];
  const [{ parseAllDocuments }, { manifestFindings }] = await Promise.all([import('yaml'), import('../doctor/manifest-checks.ts')]);
  const each = manifest.map((file) =>
    checked('manifests', 'Give the YAML as it is applied, such as `kustomize build` prints it.', async () => {
      const documents = parseAllDocuments(await readText(resolve(io.cwd, file), 'the manifest'));
      const fault = documents.flatMap(({ errors }) => errors)[0];
      if (fault !== undefined) throw new McError('USAGE', `${file} is no YAML: ${fault.message}`);
      const found = manifestFindings(
        file,
        documents.map((document) => document.toJS({ maxAliasCount: 100 }) as unknown),
      );
      return found.length > 0 ? found : skipped('manifests', `${file} has neither a Rollout nor a template that asks the gate`);
    }),
  );
  return (await Promise.all(each)).flat();
}

async function ofPrometheus(io: Io, options: DoctorOptions): Promise<Finding[]> {
  if ((options.prometheus ?? io.env['PROMETHEUS_URL'] ?? '') === '') return [skipped('prometheus', 'no queries to try (--prometheus)')];
  return checked('prometheus', 'See that the URL is that of Prometheus, and whether it asks for a token.', async () => {
    const { queryChecks } = await import('../doctor/prometheus-checks.ts');
    const [client, template] = await Promise.all([prometheusClient(io, options), chosenTemplate(io, options)]);
    return queryChecks(io, { client, template, matchers: matchersOf('--match', options.match) });
  });
}
