// Done when every decision that a test file made can be explained and made again from its record alone.
import { publicKeyFromPem } from '@promotable/attest';
import { afterAll, expect } from 'vitest';
import { explainDecision } from '../explain/explain-decision.ts';
import { everyDecision, policyOfRecord } from './world.ts';

/** Replays every decision of the calling test file at its end, offline, and prints how many. */
export function replaysEveryDecision(): void {
  afterAll(async () => {
    const made = await everyDecision();
    for (const { record, world } of made) {
      const key = publicKeyFromPem(world.keys.decision.publicKeyPem);
      // Through text, as an exported file would come back.
      const explained = await explainDecision(JSON.parse(JSON.stringify(record)), { keys: () => key, loadPolicy: policyOfRecord });
      expect({ id: explained.decision.id, replayed: explained.replayed, differences: explained.differences }).toEqual({
        id: explained.decision.id,
        replayed: 'equal',
        differences: [],
      });
    }
    expect(made.length).toBeGreaterThan(0);
    process.stderr.write(`replayed offline, equal: ${made.length} decisions\n`);
  });
}
