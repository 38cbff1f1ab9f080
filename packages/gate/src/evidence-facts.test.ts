import { entrypoints, loadPolicy } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';
import { describe, expect, it } from 'vitest';
import { evidenceFacts } from './evidence-facts.ts';
import { builtRelease, unknownRelease } from './testing/evidence.ts';
import { digestA, startOfTime } from './testing/world.ts';

const minute = 60_000;
const subject = { tenant: 'acme', service: 'checkout', releaseId: 'A', environment: 'production' };
const digests = [digestA];
const verdict = async (facts: object) => {
  const { verdict: said, reasons } = (await createWasmEngine(loadPolicy({ production: true }))).evaluate(entrypoints.evidence, facts);
  return [said, reasons.map(({ code }) => code)];
};

describe('evidenceFacts', () => {
  it('are what the policy of the items alone reads, each item with its own age', async () => {
    const evidence = builtRelease({ until: startOfTime - minute, digests });
    const facts = evidenceFacts({ subject, digests, evidence, now: startOfTime });
    expect(facts.items).toMatchObject({
      sbom: [{ ageMs: minute, covers: digests, signer: 'trusted' }],
      scan: [{ ageMs: minute }],
      coverage: { absent: 'NO_EVIDENCE' },
    });
    expect(await verdict(facts)).toEqual(['pass', []]);
  });

  it('hold where nothing is there', async () => {
    expect(await verdict(evidenceFacts({ subject, digests, evidence: unknownRelease, now: startOfTime }))).toEqual([
      'hold',
      ['NO_EVIDENCE'],
    ]);
  });

  it('are refused with every fault where they are none', () => {
    const wrong = { ...subject, service: 'no spaces', environment: '' };
    const make = () => evidenceFacts({ subject: wrong, digests: ['a'], evidence: unknownRelease, now: startOfTime });
    expect(make).toThrow(
      expect.objectContaining({
        code: 'FACTS_INVALID',
        faults: ['/subject/service', '/subject/environment', '/request/digests/0'].map((path) => expect.objectContaining({ path })),
      }),
    );
  });
});
