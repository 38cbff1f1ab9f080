// What `mc` can do. A command is loaded when it is named, so that `mc --help` and a typing error cost no more than these lines.
import type { Register } from './command.ts';

export interface CommandGroup {
  readonly name: string;
  readonly description: string;
  /** Adds the options and sub-commands to the command of this name. */
  readonly load: () => Promise<Register>;
}

export const commandGroups: readonly CommandGroup[] = [
  {
    name: 'try',
    description: 'judge your own reports with the policy that comes with mc: no server, no token, not a decision',
    load: async () => (await import('./commands/try.ts')).registerTry,
  },
  {
    name: 'init',
    description: 'a pipeline that publishes, the rule that admits it, and the release label, written into a repository',
    load: async () => (await import('./commands/init.ts')).registerInit,
  },
  {
    name: 'doctor',
    description: 'whether token, clock, keys, labels, images and queries are as a gate needs them, each with its fix',
    load: async () => (await import('./commands/doctor.ts')).registerDoctor,
  },
  {
    name: 'evidence',
    description: 'what is known of a release: build it, publish it, look at it',
    load: async () => (await import('./commands/evidence.ts')).registerEvidence,
  },
  {
    name: 'gate',
    description: 'ask whether a release may go further',
    load: async () => (await import('./commands/gate.ts')).registerGate,
  },
  {
    name: 'override',
    description: 'go on in spite of a reason: who, why, until when',
    load: async () => (await import('./commands/override.ts')).registerOverride,
  },
  {
    name: 'waiver',
    description: 'accept a breach for a time, once others have approved it',
    load: async () => (await import('./commands/waiver.ts')).registerWaiver,
  },
  {
    name: 'decision',
    description: 'a signed decision: check it, explain it, take it along',
    load: async () => (await import('./commands/decision.ts')).registerDecision,
  },
  {
    name: 'ledger',
    description: 'the append-only log: check it, take it along',
    load: async () => (await import('./commands/ledger.ts')).registerLedger,
  },
  {
    name: 'slo',
    description: 'budgets and snapshots out of what Prometheus knows',
    load: async () => (await import('./commands/slo.ts')).registerSlo,
  },
  {
    name: 'policy',
    description: 'the policy that decides',
    load: async () => (await import('./commands/policy.ts')).registerPolicy,
  },
  {
    name: 'auth',
    description: 'who MC takes you for',
    load: async () => (await import('./commands/auth.ts')).registerAuth,
  },
  {
    name: 'token',
    description: 'tokens of MC: issue, list, revoke',
    load: async () => (await import('./commands/token.ts')).registerToken,
  },
  {
    name: 'person',
    description: 'people whom MC knows by pseudonyms: who they are, and forgetting them',
    load: async () => (await import('./commands/person.ts')).registerPerson,
  },
  {
    name: 'retention',
    description: 'remove what is older than it must be kept; keep what must not be removed',
    load: async () => (await import('./commands/retention.ts')).registerRetention,
  },
  {
    name: 'keys',
    description: 'keys of an installation: which there are, what rests on one, how they change',
    load: async () => (await import('./commands/keys.ts')).registerKeys,
  },
];
