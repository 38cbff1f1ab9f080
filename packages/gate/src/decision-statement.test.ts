import { digestOf } from '@promotable/attest';
import { describe, expect, it } from 'vitest';
import { decisionName, decisionStatement, isSameSubjects } from './decision-statement.ts';
import { entry } from './testing/decision-samples.ts';
import { digestA, digestB } from './testing/world.ts';

const decision = { ...entry(1).decision, digests: [digestA, digestB] };
const { subject } = decision;

describe('the statement of a decision', () => {
  it('is about the decision’s subject first, then about its artifacts', () => {
    expect(decisionStatement(decision)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://promotable.dev/attestation/decision/v1',
      subject: [
        { name: 'rollout/checkout/A/production/20', digest: { sha256: digestOf(subject) } },
        { digest: { sha256: 'a'.repeat(64) } },
        { digest: { sha256: 'b'.repeat(64) } },
      ],
      predicate: decision,
    });
  });

  it('names no stage where there is none', () => {
    expect(decisionName({ ...subject, stage: null })).toBe('rollout/checkout/A/production');
  });

  it('is the same by digests in their order; names do not count', () => {
    const own = decisionStatement(decision).subject;
    const [first, ...artifacts] = own;
    if (first === undefined) throw new Error('no subject');
    expect(isSameSubjects(own, decision)).toBe(true);
    expect(isSameSubjects([{ ...first, name: 'anything' }, ...artifacts], decision)).toBe(true);
    const others = [[], artifacts, [first], [first, ...artifacts.toReversed()], [...own, ...artifacts], own.slice(0, -1)];
    for (const other of others) expect(isSameSubjects(other, decision)).toBe(false);
    expect(isSameSubjects([{ digest: { sha256: 'c'.repeat(64) } }, ...artifacts], decision)).toBe(false);
  });
});
