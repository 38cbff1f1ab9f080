import { basename, dirname, resolve } from 'node:path';
import type { BuildEvidence, Fault, Statement } from '@promotable/contracts';
import type { Artifact, Redaction } from '@promotable/sdk-evidence';
import { type Act, collect, inGroup, type Invocation, type Register, withExamples } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { makeDirectory, notWritable } from '../make-directory.ts';
import { McError } from '../mc-error.ts';
import { redactionOf, type RedactingOptions, withRedaction } from '../redacting.ts';
import { releaseHelp, releaseOf } from '../release-of.ts';
import { reportAt, reportsAt, sayWarnings } from '../report-files.ts';
import { printable } from '../render/printable.ts';
import { builtItems } from '../render/built-items.ts';
import { renderPreview, renderRedactionCount } from '../render/statement-preview.ts';
import { signingKey } from '../signing-key.ts';

interface BuildOptions extends RedactingOptions {
  readonly service: string;
  readonly release?: string;
  readonly artifact?: string[];
  readonly releaseDigest?: string[];
  readonly image?: string[];
  readonly tenant?: string;
  readonly sbom?: string;
  readonly junit?: string[];
  readonly coverage?: string[];
  readonly scan?: string[];
  readonly vex?: string[];
  readonly provenance?: string;
  readonly partial?: boolean;
  readonly provider: string;
  readonly run: string;
  readonly attempt: string;
  readonly observed?: string;
  readonly assumeOffset?: string;
  readonly key?: string;
  readonly out: string;
  readonly data?: string;
}

export const registerBuild = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withReports(withRedaction(parent.command('build')))
    .description('read the reports of a build, bind them to its digests, redact and sign, once')
    .requiredOption('--service <name>', 'the service')
    .option('--release <id>', releaseHelp)
    .option('--artifact <file>', 'a built file; its sha256 becomes a subject; may be repeated', collect)
    .option('--release-digest <sha256:…>', 'digest of an artifact that is no file here, such as an image; may be repeated', collect)
    .option(
      '--image <name>',
      'an image in its registry (registry/repository:tag or @sha256:…): its digest, and those of its platforms, become subjects; may be repeated',
      collect,
    )
    .option(
      '--tenant <name>',
      'whose release it is; where no artifact is named (functions, SaaS), the evidence is bound to the release itself',
    )
    .option('--provider <name>', 'who ran the build', 'local')
    .requiredOption('--run <id>', 'id of the run')
    .option('--attempt <n>', 'attempt of the run, from 1', '1')
    .option('--key <file>', 'private key (PKCS8 PEM) that signs (env MC_SIGNING_KEY: the PEM itself or a file)')
    .option('--data <dir>', 'folder of a local MC, as given to `npm start`: its key signs')
    .requiredOption('--out <file>', 'where the signed evidence goes');
  withExamples(command, [
    'mc evidence build --service checkout --release A --artifact checkout.tgz --sbom bom.json --junit junit.xml --run 1187 --key key.pem --out A.evidence.json',
    'mc evidence build --service checkout --release A --release-digest sha256:… --sbom bom.json --run 1187 --out A.evidence.json',
    'mc evidence build --service checkout --release A --release-digest sha256:… --sbom bom.json --junit junit.xml --coverage lcov.info --scan grype.json --vex vex.json --provenance provenance.sigstore.json --run 1187 --out A.evidence.json',
    'mc evidence build --service checkout --release A --image ghcr.io/acme/checkout:1.4.2 --junit junit.xml --partial --run 1187 --out A.evidence.json',
    'mc evidence build --service checkout --release A --release-digest sha256:… --scan nightly.json --run 1188 --out A.scan.json',
    'mc evidence build --service mailer --release A --tenant acme --sbom bom.json --junit junit.xml --run 1187 --out A.evidence.json',
    'mc evidence build --service checkout --release A --artifact checkout.tgz --junit junit.xml --run 1187 --dry-run --show-redactions',
  ]);
  act<BuildOptions>(command, build);
};

/** Adds the reports, and what is to be known of them. */
function withReports(command: Parameters<Register>[0]): Parameters<Register>[0] {
  return inGroup(command, 'Reports:', (group) =>
    group
      .option('--sbom <file>', 'CycloneDX, SPDX or Syft JSON; without it the SBOM is recorded as absent')
      .option('--junit <file>', 'JUnit XML; may be repeated; without it the tests are recorded as absent', collect)
      .option('--coverage <file>', 'LCOV; may be repeated', collect)
      .option('--scan <file>', 'Grype JSON, Trivy JSON or SARIF of one scanner; may be repeated', collect)
      .option('--vex <file>', 'OpenVEX that says which findings do not affect this release; may be repeated', collect)
      .option('--provenance <file>', 'SLSA provenance v1, as a statement or in the envelope or bundle that cosign and GitHub write')
      .option('--partial', 'speak only of what is given: other jobs speak of the rest (default where neither --sbom nor --junit is given)')
      .option('--observed <instant>', 'when it was observed (RFC 3339 with an offset), where no report states a time')
      .option('--assume-offset <offset>', 'offset of report times that state none, such as +00:00 (jest-junit writes such)'),
  );
}

async function build({ io, options, json }: Invocation<BuildOptions>): Promise<ExitCode> {
  const [{ buildEvidenceFromStreams, writeSigned }, { localSigner }] = await Promise.all([
    import('@promotable/sdk-evidence'),
    import('@promotable/attest'),
  ]);
  const { artifact, releaseDigest, image, tenant } = options;
  if ([artifact, releaseDigest, image, tenant].every((named) => named === undefined)) {
    throw new McError(
      'USAGE',
      'What was built? Give --artifact, --release-digest or --image; where there is neither (functions, SaaS), --tenant.',
      {
        faults: [{ path: '/artifacts', code: 'required', message: 'must name at least one, or the tenant must be given' }],
      },
    );
  }
  const attempt = Number(options.attempt);
  const warnings: Fault[] = [];
  const statement = await buildEvidenceFromStreams(
    {
      service: options.service,
      releaseId: await releaseOf(io, options.release),
      artifacts: await artifactsOf(io, options),
      tenant: options.tenant,
      ...(await reportsOf(io, options)),
      partial: options.partial,
      run: { provider: options.provider, id: options.run, attempt },
      ...(options.observed === undefined ? {} : { observed: { from: options.observed, until: options.observed } }),
    },
    {
      clock: io.clock,
      redaction: await redactionOf(io, options),
      onWarning: (warning) => warnings.push(warning),
      ...(options.assumeOffset === undefined ? {} : { assumeOffset: options.assumeOffset }),
    },
  ).finally(() => sayWarnings(io, warnings));
  if (options.dryRun === true) return preview(statement, { io, json, options, warnings });
  const signer = localSigner(await signingKey(io, options));
  const path = resolve(io.cwd, options.out);
  const signed = await writing(path, () => writeSigned(statement, { path, signer, signal: io.signal }));
  const result = {
    file: options.out,
    statementDigest: signed.statementDigest,
    keyId: signer.keyId,
    samples: signed.predicate.samples,
    redactions: signed.predicate.redactions,
    warnings,
  };
  const spoken = builtItems(signed.predicate as BuildEvidence);
  io.stdout(
    json
      ? `${JSON.stringify(result, null, 2)}\n`
      : `${options.out}: evidence ${signed.statementDigest.slice(0, 12)}… signed: ${spoken}${result.redactions.length === 0 ? '' : `; ${result.redactions.length} redactions`}\n`,
  );
  return exitCodes.pass;
}

/** The reports that were named; those that were not stay out. */
async function reportsOf(io: Io, { sbom, junit, coverage, scan, vex, provenance }: BuildOptions) {
  const one = (path: string | undefined, what: string) => (path === undefined ? undefined : reportAt(io, path, what));
  const all = (paths: readonly string[] | undefined, what: string) => (paths === undefined ? undefined : reportsAt(io, paths, what));
  return {
    sbom: await one(sbom, 'the SBOM'),
    junit: await all(junit, 'the test report'),
    coverage: await all(coverage, 'the coverage report'),
    scan: await all(scan, 'the result of the scan'),
    vex: await all(vex, 'the VEX document'),
    provenance: await one(provenance, 'the provenance'),
  };
}

async function artifactsOf(io: Io, { artifact = [], releaseDigest = [], image = [] }: BuildOptions): Promise<Artifact[]> {
  const { fileDigest } = await import('@promotable/attest');
  const files = artifact.map(async (path) => {
    const sha256 = await fileDigest(resolve(io.cwd, path), { signal: io.signal }).catch((cause: unknown) => {
      throw new McError('FILE_UNREADABLE', `Cannot read the artifact at ${path}.`, { cause });
    });
    return { name: basename(path), sha256 };
  });
  const named = releaseDigest.map((digest) => ({ name: digest, sha256: digest.replace(/^sha256:/, '') }));
  return [...(await Promise.all(files)), ...named, ...(await imagesOf(io, image))];
}

/** As the registry has them now; two tags of one image are one. */
async function imagesOf(io: Io, images: readonly string[]): Promise<Artifact[]> {
  if (images.length === 0) return [];
  const { dockerCredentials, resolveImage } = await import('@promotable/sdk-evidence/oci');
  const found = await Promise.all(
    images.map(async (image) => {
      const { reference, artifacts } = await resolveImage(image, {
        credentials: await dockerCredentials(image.split('/')[0] ?? '', io.env),
        fetch: io.fetch,
      });
      io.stderr(
        printable(`mc: ${image} is ${reference}${artifacts.length > 1 ? `, an index of ${artifacts.length - 1} platforms` : ''}\n`),
      );
      return artifacts;
    }),
  );
  return [...new Map(found.flat().map((artifact) => [artifact.sha256, artifact])).values()];
}

/** What would be signed, for whoever has to agree to it before anything leaves. */
async function preview(
  statement: Statement,
  { io, json, options, warnings }: Pick<Invocation<BuildOptions>, 'io' | 'json' | 'options'> & { readonly warnings: readonly Fault[] },
): Promise<ExitCode> {
  const { digestOf } = await import('@promotable/attest');
  const statementDigest = digestOf(statement);
  const redactions = statement.predicate['redactions'] as readonly Redaction[];
  if (json) io.stdout(`${JSON.stringify({ dryRun: true, statementDigest, redactions, warnings, statement }, null, 2)}\n`);
  else {
    if (options.showRedactions === true) io.stdout(renderPreview(statement));
    io.stdout(`dry run: evidence ${statementDigest.slice(0, 12)}… is neither signed nor written; ${renderRedactionCount(redactions)}`);
  }
  return exitCodes.pass;
}

async function writing<T>(path: string, write: () => Promise<T>): Promise<T> {
  await makeDirectory(dirname(path));
  try {
    return await write();
  } catch (cause) {
    if (!/^E[A-Z]+$/.test(String((cause as NodeJS.ErrnoException).code))) throw cause;
    throw notWritable(path, cause);
  }
}
