import { type Prometheus, startPrometheus } from '@promotable/services';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePriceBook, type PriceBook } from './price-book.ts';
import { createPrometheusClient } from './prometheus-client.ts';
import { kubernetesUsage, processUsage, unitCost, type UnitCostOptions } from './unit-cost.ts';

const minute = 60_000;
const end = Math.floor(Date.now() / minute) * minute - minute;
const scrapes = Array.from({ length: 41 }, (_, index) => ({ index, time: (end - 10 * minute + index * 15_000) / 1000 }));
const series = (name: string, labels: string, value: (index: number) => number): string =>
  `# TYPE ${name.replace(/_total$/, '')} ${name.endsWith('_total') ? 'counter' : 'gauge'}\n${scrapes.map(({ index, time }) => `${name}{${labels}} ${value(index)} ${time}`).join('\n')}\n`;

// A tenth of a CPU and half a GiB by the process; by the kubelet, which sees the sidecar too, twice that, and 1 kB a second that leaves.
const history = [
  series('process_cpu_seconds_total', 'hash="new"', (index) => index * 1.5),
  series('process_resident_memory_bytes', 'hash="new"', () => 2 ** 29),
  series('container_cpu_usage_seconds_total', 'pod="checkout-new-abcde",container="app"', (index) => index * 3),
  series('container_memory_working_set_bytes', 'pod="checkout-new-abcde",container="app"', () => 2 ** 30),
  series('container_network_transmit_bytes_total', 'pod="checkout-new-abcde"', (index) => index * 15_000),
  '# EOF\n',
].join('');

let prometheus: Prometheus;
beforeAll(async () => {
  prometheus = await startPrometheus({ history });
});
afterAll(() => prometheus?.stop());

const prices: PriceBook = { source: 'list prices', cpuHourUsd: 0.04, memoryGibHourUsd: 0.005 };
const cost = (changes: Partial<UnitCostOptions> = {}) =>
  unitCost({
    client: createPrometheusClient({ url: prometheus.url, clock: { now: () => Date.now(), monotonic: () => performance.now() } }),
    prices,
    usage: processUsage,
    matchers: { hash: 'new' },
    window: { fromMs: end - 5 * minute, untilMs: end },
    requests: 1000,
    ...changes,
  });

describe('unit cost', () => {
  it('is what the process used at the prices of the book, for a million calls, and says that it is an estimate', async () => {
    // 30 CPU seconds at 4 ct an hour and half a GiB for 5 minutes at 0.5 ct an hour, shared by 1000 requests.
    const perCall = (30 / 3600) * 0.04 + ((0.5 * 5) / 60) * 0.005;
    expect(await cost()).toEqual({
      graphqlPerMillionUsd: expect.closeTo((perCall / 1000) * 1e6, 5),
      ingestPerThousandUsd: { absent: 'NOT_MEASURED' },
      estimated: true,
    });
    expect(await cost({ prices: { ...prices, millionRequestsUsd: 0.2 } })).toMatchObject({
      graphqlPerMillionUsd: expect.closeTo((perCall / 1000) * 1e6 + 0.2, 5),
    });
  });

  it('is what the kubelet saw the pods of the hash use', async () => {
    const usage = kubernetesUsage('new');
    const perCall = (60 / 3600) * 0.04 + (5 / 60) * 0.005 + 300_000 * 1e-9 * 0.09;
    expect(await cost({ usage, matchers: {}, prices: { ...prices, egressGbUsd: 0.09 } })).toMatchObject({
      graphqlPerMillionUsd: expect.closeTo((perCall / 1000) * 1e6, 5),
    });
    await expect(cost({ usage: kubernetesUsage('n'), matchers: {} })).rejects.toMatchObject({ code: 'NO_SERIES' });
    expect(() => kubernetesUsage('new.*')).toThrow(expect.objectContaining({ code: 'INVALID_SELECTOR' }));
  });

  it.each<[string, Partial<UnitCostOptions>, string]>([
    ['of no request', { requests: 0 }, 'NO_TRAFFIC'],
    ['of pods that nobody measures', { matchers: { hash: 'old' } }, 'NO_SERIES'],
    ['with a price of what is not measured', { prices: { ...prices, egressGbUsd: 1 } }, 'INVALID_PRICE_BOOK'],
  ])('%s is no data, and no zero', async (_what, changes, code) => {
    await expect(cost(changes)).rejects.toMatchObject({ code });
  });

  it('what has no price need not be measured', async () => {
    expect(await cost({ prices: { source: 'gateway', millionRequestsUsd: 1 }, matchers: { hash: 'old' } })).toMatchObject({
      graphqlPerMillionUsd: 1,
    });
  });
});

describe('a price book', () => {
  it('is taken as it is', () => {
    expect(parsePriceBook(prices)).toEqual(prices);
  });

  it.each([
    [{}],
    [{ source: 'none' }],
    [{ ...prices, cpuHourUsd: -1 }],
    [{ ...prices, cpuHourUsd: '0.04' }],
    [{ ...prices, gpuHourUsd: 1 }],
    [null],
  ])('that is none is refused: %j', (value) => {
    expect(() => parsePriceBook(value)).toThrow(expect.objectContaining({ code: 'INVALID_PRICE_BOOK' }));
  });
});
