import type { Logger } from '@promotable/contracts';
import { describe, expect, it } from 'vitest';
import type { TokenUse } from './token-table.ts';
import { tokenUses } from './token-uses.ts';

const hour = 3_600_000;
const logged: string[] = [];
const note = (_fields: object, message: string): void => void logged.push(message);
const log: Logger = { debug: note, info: note, warn: note, error: note };

function counting() {
  const clock = { at: 10 * hour, now: () => clock.at, monotonic: () => 0 };
  const batches: (readonly TokenUse[])[] = [];
  const state = { fails: false };
  const uses = tokenUses(
    async (batch) => {
      if (state.fails) throw new Error('away');
      batches.push(batch);
    },
    { clock, log },
  );
  return { clock, batches, state, uses };
}

describe('uses of tokens', () => {
  it('are one row for each token, hour and operation, written at once', async () => {
    const { clock, batches, uses } = counting();
    const use = (tokenId: string, operation: string, status = 200) => uses.count({ tokenId, operation, status });
    for (let turn = 0; turn < 1000; turn++) use('a', 'GET /v1/whoami');
    use('a', 'GET /v1/whoami', 403);
    use('b', 'GET /v1/whoami', 401);
    clock.at += hour;
    use('a', 'GET /v1/whoami', 500);
    await uses.flush();
    await uses.flush();
    expect(batches).toHaveLength(1);
    const row = (tokenId: string, at: number, count: number, refused: number) => ({
      ...{ tokenId, hour: new Date(at), operation: 'GET /v1/whoami', uses: count, refused },
      ...{ firstUsedAt: new Date(at), lastUsedAt: new Date(at) },
    });
    expect(batches[0]).toEqual([row('a', 10 * hour, 1001, 1), row('b', 10 * hour, 1, 1), row('a', 11 * hour, 1, 0)]);
  });

  it('that cannot be written are kept, and added to what comes then', async () => {
    const { batches, state, uses, clock } = counting();
    state.fails = true;
    uses.count({ tokenId: 'a', operation: 'x', status: 200 });
    await uses.flush();
    clock.at += 1000;
    uses.count({ tokenId: 'a', operation: 'x', status: 200 });
    state.fails = false;
    await uses.stop();
    expect(batches).toMatchObject([[{ uses: 2, firstUsedAt: new Date(10 * hour), lastUsedAt: new Date(10 * hour + 1000) }]]);
    expect(logged).toEqual(['uses of tokens cannot be written now and are kept']);
  });
});
