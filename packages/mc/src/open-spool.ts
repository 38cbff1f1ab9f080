import { dirname, join, resolve } from 'node:path';
import type { Spool, SpoolOptions } from '@promotable/sdk-evidence/spool';
import { localConnection, type ConnectionOptions } from './connection.ts';
import type { Io } from './io.ts';
import { makeDirectory } from './make-directory.ts';
import { type LimitOptions, publisherLimits } from './publisher-limits.ts';
import { printable } from './render/printable.ts';

export interface SpoolPlace extends ConnectionOptions, LimitOptions {
  readonly spool?: string;
}

export interface OpenedSpool {
  readonly spool: Spool;
  /** As people name it. */
  readonly path: string;
  /** Damaged storages that were put aside, now or before. */
  readonly damaged: readonly string[];
}

/** How the option is explained wherever evidence may wait. */
export const spoolHelp =
  'where evidence waits while MC is away: a folder, a file that ends in .sqlite, or beside an image (oci://registry/repository@sha256:…)';

/** The spool of this machine. The caller closes it. */
export async function openSpool(io: Io, options: SpoolPlace): Promise<OpenedSpool> {
  const { openDirectorySpool, openSqliteSpool } = await import('@promotable/sdk-evidence/spool');
  const { spool: limits } = await publisherLimits(io, options);
  if (options.spool?.startsWith(besideImage) === true) return openBeside(io, options.spool.slice(besideImage.length), limits);
  const damaged: string[] = [];
  const onDamaged = (file: string) => {
    damaged.push(file);
    io.stderr(printable(`mc: the spool was damaged; what it held lies in ${file} and is not sent\n`));
  };
  const folder = options.spool === undefined ? ((await localConnection(io, options.data))?.folder ?? '.promotable') : '.';
  const path = resolve(io.cwd, options.spool ?? join(folder, 'spool'));
  const isFile = path.endsWith('.sqlite');
  await makeDirectory(isFile ? dirname(path) : path, 0o700);
  return { spool: await (isFile ? openSqliteSpool : openDirectorySpool)(path, { ...limits, onDamaged }), path, damaged };
}

const besideImage = 'oci://';

/** The registry's login is the one that `docker login` and its like left here. */
async function openBeside(io: Io, image: string, limits: SpoolOptions): Promise<OpenedSpool> {
  const { dockerCredentials, openOciSpool } = await import('@promotable/sdk-evidence/spool');
  const credentials = await dockerCredentials(image.split('/')[0] ?? '', io.env);
  return { spool: openOciSpool(image, { ...limits, credentials, fetch: io.fetch }), path: `${besideImage}${image}`, damaged: [] };
}
