import { createHash, randomBytes } from 'node:crypto';

/** `neo4j.conf` of a small server that speaks Bolt on the loopback address and nothing else. */
export function neo4jConfiguration(boltPort: number): string {
  const settings = {
    'server.default_listen_address': '127.0.0.1',
    'server.bolt.listen_address': `127.0.0.1:${boltPort}`,
    'server.bolt.advertised_address': `127.0.0.1:${boltPort}`,
    'server.http.enabled': 'false',
    'server.https.enabled': 'false',
    'dbms.security.auth_enabled': 'true',
    'dbms.usage_report.enabled': 'false',
    'server.memory.pagecache.size': '64m',
    'db.tx_log.preallocate': 'false',
    'db.store.files.preallocate': 'false',
    'db.tx_log.rotation.size': '16m',
    // Without these four an orderly stop takes 12.7 s: Bolt waits for clients that a test has forgotten.
    'internal.server.bolt.thread_pool_shutdown_wait_time': '100ms',
    'internal.server.bolt.connection_shutdown_wait_time': '100ms',
    'internal.dbms.bolt.netty_server_shutdown_quiet_period': '0',
    'internal.dbms.bolt.netty_server_shutdown_timeout': '1s',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

/**
 * `data/dbms/auth.ini`, from which a new server takes the password of its first user; format of Neo4j 5:
 * `user:SHA-256,<digest hex>,<salt hex>,<iterations>:`. Saves the second JVM of `neo4j-admin dbms set-initial-password`.
 */
export function initialPassword(user: string, password: string, salt: Buffer = randomBytes(32), iterations = 1024): string {
  let digest = createHash('sha256').update(salt).update(password).digest();
  for (let round = 1; round < iterations; round += 1) digest = createHash('sha256').update(digest).digest();
  return `${user}:SHA-256,${digest.toString('hex')},${salt.toString('hex')},${iterations}:\n`;
}

/** What the JVM gets: a small heap, quick to start, and the reflective access that Neo4j asks for. */
export const neo4jJvmOptions: readonly string[] = [
  '-Xms128m',
  '-Xmx512m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '--add-opens=java.base/java.nio=ALL-UNNAMED',
  '--add-opens=java.base/java.io=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
];
