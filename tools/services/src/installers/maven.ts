import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { ServicesError } from '../services-error.ts';
import { java } from './java.ts';
import { onPath } from './on-path.ts';
import { sha256Of } from './wheel.ts';

/** A Java program that is a set of jars from Maven Central. */
export interface MavenProgram {
  /** Name of its directory in the cache. */
  readonly name: string;
  readonly version: string;
  /** What the program consists of, as `group:artifact:version`; Maven adds what these need. */
  readonly dependencies: readonly string[];
  /** Absolute path of the committed list of all jars, in the format of `sha256sum`. Nothing else may be there, and nothing less. */
  readonly list: string;
}

const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** Whether Maven is on PATH. Asks no more: it needs a Java to run, which {@link java} may fetch. */
export async function hasMaven(): Promise<boolean> {
  return onPath('mvn') !== null;
}

/** The directory with the jars, to be used as `-cp '<directory>/*'`. Throws like {@link cached}. */
export function mavenDependencies({ name, version, dependencies, list }: MavenProgram, options: CacheOptions = {}): Promise<string> {
  return cached(
    {
      name,
      version,
      async fill(directory, { say, signal }) {
        const { home, args: javaOptions } = await java(options);
        const environment = { JAVA_HOME: home, MAVEN_OPTS: [process.env['MAVEN_OPTS'] ?? '', ...javaOptions].join(' ').trim() };
        if (!(await hasMaven())) {
          throw new ServicesError('PART_UNAVAILABLE', `Fetching ${name} needs Maven on PATH: install maven.`);
        }
        const pom = join(directory, 'pom.xml');
        await writeFile(pom, pomOf(name, dependencies));
        say('fetching the jars with Maven');
        const goal = [copyDependencies, `-DoutputDirectory=${directory}`, '-DincludeScope=runtime'];
        const args = ['-B', '-ntp', '-q', '-Dstyle.color=never', '-f', pom, ...goal];
        await runProgram('mvn', args, { environment, signal }).catch((error: unknown) => Promise.reject(mavenFailure(error)));
        await rm(pom);
        await verify(directory, list);
      },
    },
    options,
  );
}

/** Maven says first what is wrong, and last where to read about it. */
function mavenFailure(error: unknown): unknown {
  const line = /\[ERROR\] (.+)/.exec((error as { output?: string }).output ?? '')?.[1];
  return line === undefined ? error : new Error(line.replace(/ -> \[Help 1\]$/, ''), { cause: error });
}

async function verify(directory: string, list: string): Promise<void> {
  const actual = await Promise.all((await readdir(directory)).map(async (file) => `${await sha256Of(join(directory, file))}  ${file}`));
  const expected = (await readFile(list, 'utf8')).split('\n').filter((line) => line !== '');
  const wrong = [
    ...expected.filter((line) => !actual.includes(line)).map((line) => `missing ${line}`),
    ...actual.filter((line) => !expected.includes(line)).map((line) => `unexpected ${line}`),
  ];
  if (wrong.length > 0) throw new Error(`Maven delivered other jars than ${list} names: ${wrong.join('; ')}`);
}

function pomOf(name: string, dependencies: readonly string[]): string {
  const entries = dependencies.map((dependency) => {
    const [group, artifact, version] = dependency.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>promotable</groupId>
<artifactId>${name}</artifactId><version>1</version><dependencies>${entries.join('')}</dependencies></project>`;
}
