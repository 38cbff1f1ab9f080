import { java, maven } from '../catalogue/requirement.ts';
import type { Service } from '../catalogue/service.ts';
import { kafkaJars, kafkaVersion, startKafka } from './kafka.ts';

export const kafkaService: Service = {
  name: 'kafka',
  title: `Kafka ${kafkaVersion}`,
  set: 'light',
  variables: ['KAFKA_BROKERS'],
  keptAs: `kafka-${kafkaVersion}`,
  requires: [java, maven],
  provision: kafkaJars,
  async start(options) {
    const { brokers, stop } = await startKafka(options);
    return { environment: { KAFKA_BROKERS: brokers }, stop };
  },
  async query({ KAFKA_BROKERS = '' }) {
    const { Admin } = await import('@platformatic/kafka');
    const admin = new Admin({ clientId: 'promotable-services', bootstrapBrokers: KAFKA_BROKERS.split(',') });
    try {
      const { brokers } = await admin.metadata({});
      return `${brokers.size} broker`;
    } finally {
      await admin.close();
    }
  },
};
