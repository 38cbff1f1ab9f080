import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { java } from '../installers/java.ts';
import { mavenDependencies } from '../installers/maven.ts';
import { ensureDataDirectory } from '../postgres/cluster-directory.ts';
import { inUse } from '../process/data-in-use.ts';
import { type StartOptions, startProcess } from '../process/start-process.ts';
import { kafkaConfiguration, kafkaJvmOptions, kafkaLogging } from './configuration.ts';

export const kafkaVersion = '4.3.1';

export interface KafkaOptions extends CacheOptions, StartOptions {
  /** Directory that keeps the topics; made when missing. @default a temporary one, removed at the end */
  readonly dataDirectory?: string;
}

/** A running Kafka 4.3, one node in KRaft mode without authentication. It ends with `stop()`, and by itself when this process ends in whatever way. */
export interface Kafka {
  /** `127.0.0.1:port`, the form of `bootstrap.servers`. */
  readonly brokers: string;
  stop(): Promise<void>;
}

/**
 * Starts a real Kafka on 127.0.0.1. The first call fetches its jars with Maven (44 MB) and, where there is no Java 17, a Java.
 * Topics are not made by naming them. Throws a {@link ServicesError}: `PART_UNAVAILABLE`, `NOT_WRITABLE`, `DATA_IN_USE`, `START_FAILED`, `ABORTED`, …
 */
export async function startKafka(options: KafkaOptions = {}): Promise<Kafka> {
  const [{ program, args }, jars] = await Promise.all([java(options), kafkaJars(options)]);
  const dataDirectory = options.dataDirectory === undefined ? null : resolve(options.dataDirectory);
  if (dataDirectory !== null) await ensureDataDirectory(dataDirectory);
  const { site, stop } = await startProcess(
    {
      name: 'kafka',
      ports: 2,
      command: async ({ directory, ports: [broker, controller = 0] }) => {
        const home = dataDirectory ?? directory;
        const [file, logging] = [join(home, 'server.properties'), join(home, 'log4j2.properties')];
        await writeFile(file, kafkaConfiguration({ broker, controller }, home));
        await writeFile(logging, kafkaLogging());
        const jvm = [...args, ...kafkaJvmOptions, `-Dlog4j2.configurationFile=${pathToFileURL(logging).href}`, '-cp', join(jars, '*')];
        if (!existsSync(join(home, 'metadata/meta.properties'))) await format(program, jvm, file, options.signal);
        return { program, args: [...jvm, 'kafka.Kafka', file] };
      },
      ready: /Kafka Server started/,
      readyMs: 180_000,
      shutdownMs: 20_000,
    },
    options,
  ).catch((error: unknown) => inUse(error, /is using this directory/, dataDirectory));
  return { brokers: `127.0.0.1:${site.ports[0]}`, stop };
}

/** The directory with the jars of the broker, fetched on the first call. */
export function kafkaJars(options: CacheOptions = {}): Promise<string> {
  const dependencies = [`org.apache.kafka:kafka_2.13:${kafkaVersion}`, 'org.apache.logging.log4j:log4j-slf4j-impl:2.25.4'];
  return mavenDependencies({ name: 'kafka', version: kafkaVersion, dependencies, list: join(import.meta.dirname, 'jars.sha256') }, options);
}

/** An empty directory becomes that of a new cluster. */
async function format(program: string, jvm: readonly string[], file: string, signal: AbortSignal | undefined): Promise<void> {
  const args = [...jvm, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', `--cluster-id=${clusterId()}`, '--config', file];
  await runProgram(program, args, signal === undefined ? {} : { signal });
}

/** A UUID as Kafka writes it, 22 characters of base64url; it refuses one that begins with a hyphen. */
function clusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
