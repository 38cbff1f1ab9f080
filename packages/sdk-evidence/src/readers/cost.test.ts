import { describe, expect, it } from 'vitest';
import { readCost } from './cost.ts';

const json = (value: unknown) => ({ name: 'cost.json', bytes: Buffer.from(JSON.stringify(value)) });

describe('readCost', () => {
  it('reads amounts; null states that one was not measured', () => {
    expect(readCost(json({ graphqlPerMillionUsd: 1.8, ingestPerThousandUsd: null, estimated: true }))).toEqual({
      graphqlPerMillionUsd: 1.8,
      ingestPerThousandUsd: { absent: 'NOT_MEASURED' },
      estimated: true,
    });
  });

  it('keeps 0 as 0', () => {
    expect(readCost(json({ graphqlPerMillionUsd: 0, ingestPerThousandUsd: 0, estimated: false }))).toMatchObject({
      graphqlPerMillionUsd: 0,
    });
  });

  it('lists every fault: a missing field, a text, a negative amount, an unknown field', () => {
    expect(() => readCost(json({ graphqlPerMillionUsd: '1.8', ingestPerThousandUsd: -1, estimate: true }))).toThrow(
      expect.objectContaining({
        code: 'REPORT_UNREADABLE',
        faults: expect.arrayContaining(
          ['/graphqlPerMillionUsd', '/ingestPerThousandUsd', '/estimated', '/estimate'].map((path) => expect.objectContaining({ path })),
        ),
      }),
    );
  });

  it('refuses a report that states no amount, text that is no JSON, and a file beyond the limit', () => {
    expect(() => readCost(json({ graphqlPerMillionUsd: null, ingestPerThousandUsd: null, estimated: true }))).toThrow(
      'at least one amount',
    );
    expect(() => readCost({ name: 'c', bytes: Buffer.from('1,8') })).toThrow(expect.objectContaining({ code: 'REPORT_UNREADABLE' }));
    expect(() => readCost({ name: 'c', bytes: Buffer.alloc(70_000, 32) })).toThrow(expect.objectContaining({ code: 'REPORT_TOO_LARGE' }));
  });
});
