import { join } from 'node:path';
import { apiReference } from './api-reference.ts';
import { sizeFaults } from './checks/entry-size.ts';
import { importFaults } from './checks/imports.ts';
import { jobImageFaults, jobImages } from './checks/job-image.ts';
import { attwFaults, publintFaults } from './checks/lint-tarball.ts';
import { typeFaults } from './checks/strangers-types.ts';
import { readmeFaults } from './checks/readme-code.ts';
import { tarballContents } from './checks/tarball-contents.ts';
import { undeclaredImports } from './checks/undeclared-imports.ts';
import { workspaceLeftovers } from './checks/workspace-protocol.ts';
import type { Fault } from './fault.ts';
import { oldestNode } from './oldest-node.ts';
import { pack, type PackedPackage } from './pack.ts';
import { publishedPackages } from './published-package.ts';
import { strangersProject } from './stranger.ts';

/** One named check; every fault that it finds is listed. */
export interface Check {
  readonly name: string;
  run(): Promise<Fault[]>;
}

export interface Workshop {
  /** Root of the work tree, in which the packages are built. */
  readonly root: string;
  /** Empty directory for tarballs and projects. */
  readonly directory: string;
  /** Says one line of progress. */
  readonly say: (line: string) => void;
}

/** What the programs of the stranger use besides the packages: our optional peers and their types, and a compiler. */
const companions = {
  '@sigstore/bundle': '5.0.1',
  '@sigstore/protobuf-specs': '0.5.2',
  '@sigstore/verify': '4.1.3',
  '@types/node': '24.19.2',
  '@types/pg': '8.23.1',
  pg: '8.23.1',
  'prom-client': '15.1.3',
  typescript: '6.0.3',
};

/** Packs the built packages, then offers every check of them; what several checks need is made once. */
export async function packageChecks({ root, directory, say }: Workshop): Promise<Check[]> {
  const packed: PackedPackage[] = [];
  for (const one of publishedPackages(root)) packed.push(await pack(root, one, directory));
  let installed: Promise<string> | undefined;
  const project = (): Promise<string> => {
    installed ??= strangersProject(join(directory, 'stranger'), packed, companions);
    return installed;
  };
  const each = async (judge: (one: PackedPackage) => Fault[] | Promise<Fault[]>): Promise<Fault[]> => {
    const faults: Fault[] = [];
    for (const one of packed) faults.push(...(await judge(one)));
    return faults;
  };
  const check = (name: string, run: () => Promise<Fault[]>): Check => ({ name, run });
  return [
    check('types', async () => typeFaults(await project(), root, packed)),
    check('READMEs', async () => readmeFaults(root, directory, await project())),
    check('API reference', async () =>
      (await apiReference(root)).warnings.map((message) => ({ subject: 'typedoc', path: 'sources', message })),
    ),
    check('contents', () => each((one) => tarballContents(root, one))),
    check('publint', () => each(publintFaults)),
    check('attw', () => each(attwFaults)),
    check('manifests', async () => project().then((at) => each((one) => workspaceLeftovers(at, one)))),
    check('imports are declared', async () => project().then((at) => each((one) => undeclaredImports(at, one)))),
    check('loads on this Node', async () => importFaults(await project(), packed, process.execPath)),
    check('size', async () => sizeFaults(await project(), packed)),
    ...jobImages.map((image) => check(`job image with ${image.installs}`, () => jobImageFaults(image, directory, packed, say))),
    check('loads on the oldest Node', async () => importFaults(await project(), packed, await oldestNode(say))),
  ];
}
