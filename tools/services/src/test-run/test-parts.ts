import { randomBytes } from 'node:crypto';
import { ServicesError } from '../services-error.ts';
import { partEnvironment } from './parts.ts';

/** A server of the Redis protocol that every test file of the run shares. */
export interface TestValkey {
  readonly uri: string;
  /** Put this before every key and channel, for other test files use the same database: `test_<16 hex>:`, new with each call. */
  readonly prefix: string;
}

/** A Neo4j that every test file of the run shares: one database, which nobody may empty. */
export interface TestNeo4j {
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  /**
   * Use it as the tenant, or as a label, of every node: `test_<16 hex>`, new with each call. Constraints and indexes belong to all:
   * create them `IF NOT EXISTS` and never drop one.
   */
  readonly label: string;
}

/** A Kafka that every test file of the run shares. Topics are not made by naming them. */
export interface TestKafka {
  /** `host:port`, several separated by commas. */
  readonly brokers: string;
  /** Put this before the name of every topic and group: `test_<16 hex>.`, new with each call. */
  readonly prefix: string;
}

/** `REDIS_URL`, else the Valkey of this run, started when it is asked for first. What tests write to one that the user names stays there. */
export async function testValkey(): Promise<TestValkey> {
  const { REDIS_URL = '' } = await partEnvironment('valkey');
  return { uri: REDIS_URL, prefix: `${unique()}:` };
}

/** `NEO4J_URI` with `NEO4J_USER` and `NEO4J_PASSWORD`, else the Neo4j of this run, started when it is asked for first (some ten seconds). Throws `PART_UNAVAILABLE` without the password. */
export async function testNeo4j(): Promise<TestNeo4j> {
  const { NEO4J_URI = '', NEO4J_USER = 'neo4j', NEO4J_PASSWORD } = await partEnvironment('neo4j');
  if (NEO4J_PASSWORD === undefined) {
    throw new ServicesError('PART_UNAVAILABLE', 'NEO4J_URI is set and NEO4J_PASSWORD is not: set both, or neither.');
  }
  return { uri: NEO4J_URI, user: NEO4J_USER, password: NEO4J_PASSWORD, label: unique() };
}

/** `KAFKA_BROKERS`, else the Kafka of this run, started when it is asked for first (some five seconds). */
export async function testKafka(): Promise<TestKafka> {
  const { KAFKA_BROKERS = '' } = await partEnvironment('kafka');
  return { brokers: KAFKA_BROKERS, prefix: `${unique()}.` };
}

function unique(): string {
  return `test_${randomBytes(8).toString('hex')}`;
}
