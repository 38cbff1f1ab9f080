import { Admin } from '@platformatic/kafka';
import { Redis } from 'ioredis';
import neo4j from 'neo4j-driver';
import { afterEach, expect, test, vi } from 'vitest';
import { testKafka, testNeo4j, testValkey } from '../index.ts';

afterEach(() => vi.unstubAllEnvs());

test('two who ask for Valkey get the same server and different prefixes', async () => {
  const [one, two] = await Promise.all([testValkey(), testValkey()]);
  expect(one.uri).toBe(two.uri);
  expect(one.prefix).not.toBe(two.prefix);
  const redis = new Redis(one.uri);
  await redis.set(`${one.prefix}k`, 'v');
  expect(await redis.get(`${two.prefix}k`)).toBeNull();
  redis.disconnect();
});

test('two who ask for Neo4j get the same server and different labels', async () => {
  const [one, two] = await Promise.all([testNeo4j(), testNeo4j()]);
  expect(one).toEqual({ ...two, label: one.label });
  expect(one.label).not.toBe(two.label);
  const driver = neo4j.driver(one.uri, neo4j.auth.basic(one.user, one.password));
  await driver.executeQuery(`CREATE (:${one.label} {n: 1})`);
  expect((await driver.executeQuery(`MATCH (n:${two.label}) RETURN n`)).records).toEqual([]);
  await driver.close();
}, 200_000);

test('two who ask for Kafka get the same broker and different prefixes', async () => {
  const [one, two] = await Promise.all([testKafka(), testKafka()]);
  expect(one.brokers).toBe(two.brokers);
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: one.brokers.split(',') });
  for (const { prefix } of [one, two]) await admin.createTopics({ topics: [`${prefix}t`], partitions: 1, replicas: 1 });
  await admin.close();
}, 200_000);

test('what the user runs is used instead', async () => {
  vi.stubEnv('REDIS_URL', 'redis://user.example:6379');
  vi.stubEnv('NEO4J_URI', 'bolt://user.example:7687');
  vi.stubEnv('NEO4J_PASSWORD', 'secret');
  vi.stubEnv('KAFKA_BROKERS', 'one.example:9092,two.example:9092');
  expect(await testValkey()).toMatchObject({ uri: 'redis://user.example:6379' });
  expect(await testNeo4j()).toMatchObject({ uri: 'bolt://user.example:7687', user: 'neo4j', password: 'secret' });
  expect(await testKafka()).toMatchObject({ brokers: 'one.example:9092,two.example:9092' });
});

test('a Neo4j of the user without its password is an error that names the variable', async () => {
  vi.stubEnv('NEO4J_URI', 'bolt://user.example:7687');
  vi.stubEnv('NEO4J_PASSWORD', '');
  await expect(testNeo4j()).rejects.toMatchObject({ code: 'PART_UNAVAILABLE', message: expect.stringContaining('NEO4J_PASSWORD') });
});
