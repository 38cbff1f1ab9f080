import { beforeEach, describe, expect, it } from 'vitest';
import type { ExceptionRecord } from './index.ts';
import { as, openOffice, waiverInput } from './testing/office.ts';
import { erasedText, liesInStatement, sealed, signedNote, textsOf, withoutTexts } from './words.ts';

let granted: ExceptionRecord;
beforeEach(async () => {
  const { governance } = openOffice();
  const { id } = await governance.requestWaiver(waiverInput(), as('ada'));
  await governance.approveWaiver(id, 'approver', as('bob'));
  granted = await governance.revoke(id, 'done', as('eve'));
});

describe('the words of an exception', () => {
  it('are its texts and the notes of its acts, each by its slot and under a seal of its own', () => {
    expect(textsOf(granted)).toEqual([
      { slot: 'owner', text: 'team-checkout' },
      { slot: 'reason', text: 'known' },
      { slot: 'mitigation', text: 'watched' },
      { slot: 'ticket', text: 'INC-1' },
      { slot: 'note/3', text: 'done' },
    ]);
    expect(Object.keys(granted.seals).sort()).toEqual(['mitigation', 'note/3', 'owner', 'reason', 'ticket']);
    expect(new Set(Object.values(granted.seals).map(({ sha256 }) => sha256)).size).toBe(5);
  });

  it('are sealed once, and never what a statement carries as text already', () => {
    const salt = () => 'new';
    expect(sealed(granted, 0, salt)).toBe(granted);
    const unsealed = { ...granted, seals: {} };
    expect(Object.keys(sealed(unsealed, 0, salt).seals)).toEqual(['note/3']);
    expect(sealed(unsealed, 4, salt)).toBe(unsealed);
    expect(Object.keys(sealed({ ...unsealed, bundle: null }, 4, salt).seals)).toEqual(['owner', 'reason', 'mitigation', 'ticket']);
    expect([signedNote(unsealed, 3, 'done'), signedNote(granted, 3, 'done'), signedNote(granted, 0, null)]).toEqual([
      'done',
      { sha256: granted.seals['note/3']?.sha256 },
      null,
    ]);
  });

  it('lie in the statement where one of them has no seal; a note never does', () => {
    const { owner, ...others } = granted.seals;
    const partly = { ...granted, seals: others };
    expect(owner).toBeDefined();
    expect(liesInStatement(granted, ['owner', 'reason', 'note/3'])).toBe(false);
    expect(liesInStatement(partly, ['reason', 'owner'])).toBe(true);
    expect(liesInStatement(partly, ['reason', 'note/9'])).toBe(false);
    expect(liesInStatement({ ...partly, bundle: null }, ['owner'])).toBe(false);
    expect(liesInStatement(partly, [])).toBe(false);
  });

  it('that are erased go with their salts, and with the statement only where it carries one of them itself', () => {
    const without = withoutTexts(granted, ['reason', 'note/3']);
    expect(without).toMatchObject({ reason: erasedText, owner: 'team-checkout', bundle: granted.bundle, requestDigest: erasedText });
    expect(without.acts.map(({ note }) => note)).toEqual([null, null, null, erasedText]);
    expect(without.seals['reason']).toEqual({ sha256: granted.seals['reason']?.sha256, salt: null });
    expect(without.seals['owner']).toEqual(granted.seals['owner']);
    const { reason: _, ...seals } = granted.seals;
    expect(withoutTexts({ ...granted, seals }, ['owner', 'reason']).bundle).toBeNull();
  });
});
