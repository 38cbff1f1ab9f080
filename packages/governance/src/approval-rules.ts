// Which roles must approve a waiver, and who holds them: data, so that an installation changes them without code.
import { EnvironmentName, faultsOf, ReasonCode } from '@promotable/contracts';
import { z } from 'zod';
import { approvalsOf, type ExceptionRecord } from './exception-record.ts';
import { GovernanceError } from './governance-error.ts';

const Role = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be 1 to 64 of a-z, 0-9 and "-", a letter first');
const all = z.literal('*');

/** Roles with who holds them, and which roles a waiver needs: those of every rule that fits it, together. */
export const ApprovalRules = z
  .strictObject({
    /** By role: ids of principals (`iss#sub`), or `*` for whoever has the scope `waiver:approve`. */
    roles: z.record(Role, z.union([all, z.array(z.string().min(1).max(512)).min(1).max(1000)])),
    waivers: z
      .array(
        z.strictObject({
          codes: z.union([all, z.array(ReasonCode).min(1).max(256)]),
          environments: z.union([all, z.array(EnvironmentName).min(1).max(256)]),
          roles: z.array(Role).min(1).max(16),
        }),
      )
      .min(1)
      .max(256),
  })
  .superRefine(({ roles, waivers }, context) => {
    for (const [index, rule] of waivers.entries())
      for (const [at, role] of rule.roles.entries())
        if (!Object.hasOwn(roles, role))
          context.addIssue({ code: 'custom', path: ['waivers', index, 'roles', at], message: 'is a role that nobody holds' });
    if (!waivers.some(({ codes, environments }) => codes === '*' && environments === '*'))
      context.addIssue({ code: 'custom', path: ['waivers'], message: 'must have a rule for every code in every environment' });
  });
export type ApprovalRules = z.infer<typeof ApprovalRules>;

/** One other person with the scope `waiver:approve`. */
export const fourEyes: ApprovalRules = {
  roles: { approver: '*' },
  waivers: [{ codes: '*', environments: '*', roles: ['approver'] }],
};

/** Checks rules. @throws {GovernanceError} `CONFIGURATION` with every fault */
export function parseApprovalRules(value: unknown): ApprovalRules {
  const parsed = ApprovalRules.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = faultsOf(parsed.error);
  throw new GovernanceError('CONFIGURATION', `not approval rules: ${faults[0]?.path ?? ''} ${faults[0]?.message ?? ''}`, { faults });
}

/** Roles that a waiver needs, sorted. */
export function requiredRoles(
  { waivers }: ApprovalRules,
  { codes, environment }: Pick<ExceptionRecord, 'codes' | 'environment'>,
): string[] {
  const fitting = waivers.filter(
    (rule) =>
      (rule.codes === '*' || codes.some((code) => rule.codes.includes(code))) &&
      (rule.environments === '*' || rule.environments.includes(environment)),
  );
  return [...new Set(fitting.flatMap(({ roles }) => roles))].sort();
}

/** Roles whose approval is still missing; one person counts for one role, and who asked for the waiver for none. */
export function missingRoles(
  rules: ApprovalRules,
  record: Pick<ExceptionRecord, 'kind' | 'codes' | 'environment' | 'acts' | 'requestedBy'>,
): string[] {
  if (record.kind !== 'waiver') return [];
  const byActor = new Map(
    approvalsOf(record)
      .filter(({ actor }) => actor !== record.requestedBy)
      .map(({ actor, role }) => [actor, role]),
  );
  const given = new Set(byActor.values());
  return requiredRoles(rules, record).filter((role) => !given.has(role));
}

export function holdsRole({ roles }: ApprovalRules, role: string, principal: string): boolean {
  const holders = Object.hasOwn(roles, role) ? roles[role] : undefined;
  return holders === '*' || (holders?.includes(principal) ?? false);
}
