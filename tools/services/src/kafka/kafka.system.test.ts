import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Admin,
  Consumer,
  MessagesStreamFallbackModes,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killServer } from '../process/kill-server.fixture.ts';
import { type Kafka, startKafka } from './kafka.ts';

let directory: string;
let dataDirectory: string;
let kafka: Kafka;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-kafka-test-'));
  // Whatever the start makes for itself it makes in here, where the last test looks for what is left.
  process.env['TMPDIR'] = directory;
  dataDirectory = join(directory, 'kept');
  kafka = await startKafka({ dataDirectory });
}, 200_000);

afterAll(async () => {
  await kafka.stop();
  await rm(directory, { recursive: true, force: true });
});

function connection(): { clientId: string; bootstrapBrokers: string[] } {
  return { clientId: 'test', bootstrapBrokers: [kafka.brokers] };
}

async function createTopic(topic: string): Promise<void> {
  const admin = new Admin(connection());
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
  await admin.close();
}

async function send(topic: string, values: readonly string[]): Promise<void> {
  const producer = new Producer({ ...connection(), serializers: stringSerializers, idempotent: true });
  await producer.send({ acks: -1, messages: values.map((value) => ({ topic, key: 'k', value, headers: { h: value } })) });
  await producer.close();
}

/** Reads `count` messages as a member of a group, from where the group left off, and commits what it read. */
async function read(topic: string, groupId: string, count: number): Promise<string[]> {
  const consumer = new Consumer({ ...connection(), groupId, deserializers: stringDeserializers });
  const stream = await consumer.consume({
    autocommit: false,
    topics: [topic],
    mode: MessagesStreamModes.COMMITTED,
    fallbackMode: MessagesStreamFallbackModes.EARLIEST,
  });
  const values: string[] = [];
  for await (const message of stream) {
    values.push(`${message.value}/${message.headers.get('h')}`);
    if (values.length < count) continue;
    await consumer.commit({ offsets: [{ topic, partition: message.partition, offset: message.offset + 1n, leaderEpoch: -1 }] });
    break;
  }
  await consumer.close(true);
  return values;
}

test('what was acknowledged is read in its order with its headers, and a group goes on where it committed', async () => {
  await createTopic('orders');
  await send('orders', ['1', '2', '3', '4']);
  expect(await read('orders', 'group', 2)).toEqual(['1/1', '2/2']);
  expect(await read('orders', 'group', 2)).toEqual(['3/3', '4/4']);
});

test('a topic that nobody made is an error', async () => {
  const producer = new Producer({ ...connection(), serializers: stringSerializers, retries: 0 });
  await expect(producer.send({ messages: [{ topic: 'misspelt', value: '1' }] })).rejects.toThrow('Unknown topic misspelt');
  await producer.close();
});

test('a directory that another broker uses is refused with DATA_IN_USE, and that broker goes on', async () => {
  await expect(startKafka({ dataDirectory })).rejects.toMatchObject({
    code: 'DATA_IN_USE',
    message: expect.stringContaining(dataDirectory),
  });
  await createTopic('afterwards');
}, 200_000);

test('what was acknowledged, and what a group committed, is there after the broker was killed with SIGKILL', async () => {
  await createTopic('kept');
  await send('kept', ['1', '2', '3']);
  expect(await read('kept', 'group', 1)).toEqual(['1/1']);
  killServer(join(dataDirectory, 'server.properties'));
  await kafka.stop();
  kafka = await startKafka({ dataDirectory });
  expect(await read('kept', 'group', 2)).toEqual(['2/2', '3/3']);
}, 200_000);

test('after stop nobody listens on its port, and its temporary directory is gone', async () => {
  await kafka.stop();
  const [host = '', port] = kafka.brokers.split(':');
  const [error] = await once(connect(Number(port), host), 'error').catch((reason: unknown) => [reason]);
  expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  expect(await readdir(directory)).toEqual(['kept']);
});
