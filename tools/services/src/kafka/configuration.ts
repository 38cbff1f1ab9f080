import { join } from 'node:path';

/** The two ports of a broker that is its own controller. */
export interface KafkaPorts {
  readonly broker: number;
  readonly controller: number;
}

/** `server.properties` of one node in KRaft mode on the loopback address, its data in `directory`, which is absolute. */
export function kafkaConfiguration({ broker, controller }: KafkaPorts, directory: string): string {
  return properties({
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${broker},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${broker}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': join(directory, 'log'),
    // A directory of its own, for this one is locked before it is used: two brokers on one directory destroy its metadata before they notice.
    'metadata.log.dir': join(directory, 'metadata'),
    // One node holds every replica, and one partition of each internal topic is enough.
    ...topic('offsets.topic'),
    ...topic('transaction.state.log'),
    ...topic('share.coordinator.state.topic'),
    'default.replication.factor': '1',
    'min.insync.replicas': '1',
    'group.initial.rebalance.delay.ms': '0',
    // A misspelt topic is an error, not a new topic.
    'auto.create.topics.enable': 'false',
    'log.cleaner.dedupe.buffer.size': '16777216',
    'log.index.size.max.bytes': '1048576',
    // A restart after kill -9 waits for the session of the killed broker: 6 s instead of 13.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
  });
}

/** `log4j2.properties`: warnings to standard output, and of the server itself the line that says it is ready. */
export function kafkaLogging(): string {
  return properties({
    status: 'error',
    'appender.console.type': 'Console',
    'appender.console.name': 'console',
    'appender.console.target': 'SYSTEM_OUT',
    'appender.console.layout.type': 'PatternLayout',
    'appender.console.layout.pattern': '%p %m%n%throwable{short.message}',
    'rootLogger.level': 'warn',
    'rootLogger.appenderRef.console.ref': 'console',
    'logger.server.name': 'kafka.server.KafkaRaftServer',
    'logger.server.level': 'info',
  });
}

/** What the JVM gets: a small heap, quick to start. */
export const kafkaJvmOptions: readonly string[] = ['-Xms64m', '-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

function topic(name: string): Record<string, string> {
  const log = name === 'offsets.topic' ? {} : { [`${name}.min.isr`]: '1' };
  return { [`${name}.replication.factor`]: '1', [`${name}.num.partitions`]: '1', ...log };
}

function properties(entries: Readonly<Record<string, string>>): string {
  return Object.entries(entries)
    .map(([name, value]) => `${name}=${escaped(value)}\n`)
    .join('');
}

/** A backslash in a value (a path of Windows) would start an escape. */
function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\');
}
