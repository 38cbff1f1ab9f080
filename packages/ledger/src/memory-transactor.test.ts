import { describe, expect, it } from 'vitest';
import { memoryTransactor } from './memory-transactor.ts';

describe('a transaction in memory', () => {
  it('applies its effects in order when it commits, and none when it fails', async () => {
    const { transaction } = memoryTransactor();
    const applied: string[] = [];
    await transaction(async (tx) => {
      expect(tx.sql).toBeNull();
      tx.onCommit(() => applied.push('a'));
      tx.onCommit(() => applied.push('b'));
      expect(applied).toEqual([]);
    });
    const failing = transaction(async (tx) => {
      tx.onCommit(() => applied.push('c'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(applied).toEqual(['a', 'b']);
  });

  it('sees what the one before it committed, so that check and write are one step', async () => {
    const { transaction } = memoryTransactor();
    const names = new Set<string>();
    const claim = () =>
      transaction(async (tx) => {
        if (names.has('x')) return 'duplicate';
        await Promise.resolve();
        tx.onCommit(() => names.add('x'));
        return 'stored';
      });
    expect(await Promise.all([claim(), claim(), claim()])).toEqual(['stored', 'duplicate', 'duplicate']);
  });

  it('runs every effect although one fails, and says that the commit stands', async () => {
    const applied: string[] = [];
    const committed = memoryTransactor().transaction(async (tx) => {
      tx.onCommit(() => {
        throw new Error('no');
      });
      tx.onCommit(() => applied.push('b'));
    });
    await expect(committed).rejects.toMatchObject({
      code: 'COMMIT_EFFECT_FAILED',
      message: 'committed, but 1 of 2 effects failed',
      cause: new Error('no'),
    });
    expect(applied).toEqual(['b']);
  });
});
