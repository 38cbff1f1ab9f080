import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleDependencies } from './bundle-dependencies.ts';
import { type BuiltRelease, type PackedRelease, podTemplateHash, type ReleaseSpec } from './release.ts';
import { runTool } from './run-tool.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const source = join(here, 'demo-service');
const packageFiles = ['package.json', 'package-lock.json', 'README.md', 'src', 'test'];

export type BuildStep = 'copy' | 'pack' | 'test' | 'sbom';

export interface BuildOptions {
  /** Where `<name>/` is made; what was in it is removed. */
  readonly directory: string;
  readonly signal: AbortSignal;
  /** Told each step before it is taken. @default nothing is told */
  readonly onStep?: (step: BuildStep) => void;
}

/** Packs a release with `npm pack` and unpacks that tarball beside it. Works offline. */
export async function packRelease(spec: ReleaseSpec, { directory, signal, onStep = () => {} }: BuildOptions): Promise<PackedRelease> {
  const home = join(directory, spec.name);
  onStep('copy');
  await rm(home, { recursive: true, force: true });
  await prepareSource(spec, sourceOf(home));
  await bundleDependencies(sourceOf(home), here);
  onStep('pack');
  await npm(['pack', '--pack-destination', home], sourceOf(home), signal);
  const tarball = join(home, `checkout-${spec.version}.tgz`);
  await runTool({ command: 'tar', args: ['-xzf', tarball, '-C', home], cwd: home, signal });
  const digest = `sha256:${createHash('sha256')
    .update(await readFile(tarball))
    .digest('hex')}`;
  return {
    spec,
    tarball,
    digest,
    directory: join(home, 'package'),
    podTemplateHash: podTemplateHash({ releaseId: spec.releaseId, digest }),
  };
}

/** Packs a release, runs its tests and lists what is in it: all that build evidence is made from. */
export async function buildRelease(spec: ReleaseSpec, options: BuildOptions): Promise<BuiltRelease> {
  const { directory, signal, onStep = () => {} } = options;
  const packed = await packRelease(spec, options);
  const home = join(directory, spec.name);
  const junit = join(home, 'junit.xml');
  const sbom = join(home, 'sbom.cdx.json');
  onStep('test');
  // In one process: a test runner's own children would not end with us.
  const args = ['--test', '--test-isolation=none', '--test-reporter=junit', `--test-reporter-destination=${junit}`];
  await runTool({ command: process.execPath, args, cwd: sourceOf(home), signal });
  onStep('sbom');
  await writeFile(sbom, await npm(['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'], sourceOf(home), signal));
  return { ...packed, sbom, junit };
}

/** The folder is called like the package, since npm names the SBOM's subject after it. */
const sourceOf = (home: string) => join(home, 'checkout');

async function prepareSource({ releaseId, version, poolSize }: ReleaseSpec, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of packageFiles) await cp(join(source, name), join(directory, name), { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) {
    const document = JSON.parse(await readFile(join(directory, name), 'utf8')) as {
      version: string;
      packages?: Record<string, { version: string }>;
    };
    document.version = version;
    const root = document.packages?.[''];
    if (root !== undefined) root.version = version;
    await writeJson(join(directory, name), document);
  }
  await writeJson(join(directory, 'release.json'), { releaseId, poolSize });
}

const writeJson = (file: string, document: object) => writeFile(file, `${JSON.stringify(document, null, 2)}\n`);

/** npm as the user has it, kept from the network and from scripts. */
const npm = (args: string[], cwd: string, signal: AbortSignal) =>
  runTool({
    command: 'npm',
    args: [...args, '--offline', '--ignore-scripts', '--no-update-notifier', '--logs-max=0', '--loglevel=error'],
    cwd,
    signal,
  });
