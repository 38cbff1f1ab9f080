import { pip } from '../catalogue/requirement.ts';
import type { Service } from '../catalogue/service.ts';
import { startValkey, valkeyKeptAs, valkeyServer } from './valkey.ts';

export const valkeyService: Service = {
  name: 'valkey',
  title: 'Valkey 9.1',
  set: 'light',
  variables: ['REDIS_URL'],
  keptAs: valkeyKeptAs,
  requires: [pip],
  provision: valkeyServer,
  async start(options) {
    const { uri, stop } = await startValkey(options);
    return { environment: { REDIS_URL: uri }, stop };
  },
  async query({ REDIS_URL = '' }) {
    const { Redis } = await import('ioredis');
    const redis = new Redis(REDIS_URL, { lazyConnect: true, maxRetriesPerRequest: 1 });
    // The call that fails tells; the event besides it would end the process.
    redis.on('error', () => undefined);
    try {
      return String(await redis.eval('return 6 * 7', 0));
    } finally {
      redis.disconnect();
    }
  },
};
