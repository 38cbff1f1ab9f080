import { describe, expect, it } from 'vitest';
import { fourEyes, missingRoles, parseApprovalRules, requiredRoles } from './index.ts';
import { holdsRole } from './approval-rules.ts';

const everything = { codes: '*', environments: '*', roles: ['approver'] };
const faultsOf = (value: unknown): string[] => {
  try {
    parseApprovalRules(value);
  } catch (error) {
    const { code, faults } = error as { code: string; faults: { path: string }[] };
    expect(code).toBe('CONFIGURATION');
    return faults.map(({ path }) => path);
  }
  return [];
};

describe('approval rules', () => {
  it('ask for one other person where nothing else is said', () => {
    expect(parseApprovalRules(fourEyes)).toEqual(fourEyes);
    expect(requiredRoles(fourEyes, { codes: ['TESTS_FAILED'], environment: 'production' })).toEqual(['approver']);
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', null, ['']],
    ['a role that nobody holds', { roles: {}, waivers: [everything] }, ['/waivers/0/roles/0']],
    [
      'a role by the name of something inherited',
      { roles: {}, waivers: [{ ...everything, roles: ['constructor'] }] },
      ['/waivers/0/roles/0'],
    ],
    ['nothing for the other codes', { roles: { approver: '*' }, waivers: [{ ...everything, codes: ['STALE'] }] }, ['/waivers']],
    [
      'nothing for the other environments',
      { roles: { approver: '*' }, waivers: [{ ...everything, environments: ['production'] }] },
      ['/waivers'],
    ],
    ['a role without a holder', { roles: { approver: [] }, waivers: [everything] }, ['/roles/approver']],
    ['what is no field', { roles: { approver: '*' }, waivers: [everything], more: 1 }, ['/more']],
    ['no rule', { roles: { approver: '*' }, waivers: [] }, ['/waivers', '/waivers']],
  ])('that say %s are refused', (_what, value, paths) => {
    expect(faultsOf(value)).toEqual(paths);
  });

  it('ask for the roles of every rule that fits one of the codes, sorted, each once', () => {
    const rule = (codes: string[], roles: string[]) => ({ codes, environments: '*' as const, roles });
    const rules = parseApprovalRules({
      roles: { approver: '*', security: '*', platform: '*' },
      waivers: [rule(['STALE'], ['security', 'platform']), everything, rule(['PENDING'], ['security'])],
    });
    expect(requiredRoles(rules, { codes: ['STALE', 'TESTS_FAILED'], environment: 'production' })).toEqual([
      'approver',
      'platform',
      'security',
    ]);
    expect(requiredRoles(rules, { codes: ['TESTS_FAILED'], environment: 'production' })).toEqual(['approver']);
  });

  it('say who holds a role', () => {
    const rules = { ...fourEyes, roles: { approver: '*' as const, security: ['https://login.test#bob'] } };
    expect(holdsRole(rules, 'approver', 'anybody')).toBe(true);
    expect(holdsRole(rules, 'security', 'https://login.test#bob')).toBe(true);
    expect(holdsRole(rules, 'security', 'anybody')).toBe(false);
    expect(holdsRole(rules, 'constructor', 'anybody')).toBe(false);
  });

  it('count no approval of who asked, and one role of each person', () => {
    const act = (actor: string, role: string) => ({ type: 'waiver.approved' as const, actor, at: 0, role, note: null });
    const waiver = { kind: 'waiver' as const, codes: ['STALE'], environment: 'production', requestedBy: 'ada' };
    const rules = {
      roles: { a: '*' as const, b: '*' as const },
      waivers: [{ codes: '*' as const, environments: '*' as const, roles: ['a', 'b'] }],
    };
    expect(missingRoles(rules, { ...waiver, acts: [act('ada', 'a')] })).toEqual(['a', 'b']);
    expect(missingRoles(rules, { ...waiver, acts: [act('bob', 'a'), act('bob', 'b')] })).toEqual(['a']);
    expect(missingRoles(rules, { ...waiver, acts: [act('bob', 'a'), act('eve', 'b')] })).toEqual([]);
    expect(missingRoles(rules, { ...waiver, kind: 'override', acts: [] })).toEqual([]);
  });
});
