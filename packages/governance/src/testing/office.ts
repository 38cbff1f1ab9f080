// Governance with everything around it but a database: real signatures, memory, a clock that tests turn.
import { generateSigningKey, type KeySet, localSigner } from '@promotable/attest';
import type { ReasonClass, Scope } from '@promotable/contracts';
import { createMemoryLedger, type LedgerEntry, memoryTransactor } from '@promotable/ledger';
import type { ApprovalRules } from '../approval-rules.ts';
import { fourEyes } from '../approval-rules.ts';
import {
  type ActContext,
  createGovernance,
  type Governance,
  type GovernanceOptions,
  type GovernanceStore,
  memoryGovernanceStore,
} from '../server.ts';

export const startOfTime = Date.parse('2026-11-21T11:00:00.000Z');
export const hour = 3_600_000;
export const day = 24 * hour;
export const digestA = `sha256:${'a'.repeat(64)}`;
export const digestB = `sha256:${'b'.repeat(64)}`;

export const everyScope = [
  'exception:read',
  'exception:revoke',
  'waiver:request',
  'waiver:approve',
  'override:create',
  'override:break-glass',
  'override:countersign',
] as const satisfies Scope[];

const classes: Readonly<Record<string, ReasonClass>> = {
  TESTS_FAILED: 'waivable_breach',
  P95_OVER_BUDGET: 'waivable_breach',
  SBOM_EMPTY: 'breach',
  NO_EVIDENCE: 'missing_proof',
  NO_BASELINE: 'note',
  DIGEST_MISMATCH: 'breach',
};

/** Somebody with every scope. */
export function as(name: string, changes: Partial<ActContext['principal']> = {}): ActContext {
  return { principal: { id: `https://login.test#${name}`, tenant: 'acme', services: ['*'], scopes: everyScope, ...changes } };
}

export interface Office {
  readonly governance: Governance;
  readonly store: GovernanceStore;
  readonly entries: LedgerEntry[];
  readonly acts: string[];
  readonly key: ReturnType<typeof generateSigningKey>;
  now: number;
  rules: ApprovalRules;
  /** What the key set says of the key. */
  standing: { revokedAt?: string; notBefore?: string; notAfter?: string; use?: 'override' | 'decision' };
  /** Makes the next acts fail within their transaction. */
  broken: Error | null;
}

export function openOffice(changes: Partial<GovernanceOptions> = {}): Office {
  const key = generateSigningKey('ed25519');
  const ledger = createMemoryLedger();
  const entries: LedgerEntry[] = [];
  const acts: string[] = [];
  let count = 0;
  let salts = 0;
  const iso = (ms: number) => new Date(ms).toISOString();
  const keySet = (): KeySet => ({
    version: 1,
    issuedAt: iso(startOfTime),
    expiresAt: iso(startOfTime + 7 * day),
    keys: [
      {
        ...{ keyId: key.keyId, algorithm: key.algorithm, publicKeyPem: key.publicKeyPem, use: 'override', revokedAt: null },
        ...{ notBefore: iso(startOfTime - day), notAfter: iso(startOfTime + 365 * day) },
        ...office.standing,
      },
    ],
  });
  const store = changes.store ?? memoryGovernanceStore();
  const office: Office = {
    store,
    entries,
    acts,
    key,
    now: startOfTime,
    rules: fourEyes,
    standing: {},
    broken: null,
    governance: createGovernance({
      store,
      transactor: memoryTransactor(),
      ledger: {
        async append(added, { tx }) {
          tx.onCommit(() => void entries.push(...added));
          return ledger.append(added, { tx });
        },
      },
      signer: localSigner(key.privateKeyPem),
      keySet,
      reasons: (code) => {
        const found = Object.hasOwn(classes, code) ? classes[code] : undefined;
        return found === undefined ? null : { class: found, integrity: code === 'DIGEST_MISMATCH' };
      },
      limits: () => ({ waiverMaxMs: 30 * day, overrideMaxMs: 4 * hour, breakGlassMaxMs: 8 * hour, countersignWithinMs: day }),
      rules: () => office.rules,
      clock: { now: () => office.now },
      randomUuid: () => `E-${++count}`,
      randomSalt: () => `salt-${++salts}`,
      async onAct({ act, traceId }, { tx }) {
        if (office.broken !== null) throw office.broken;
        tx.onCommit(() => void acts.push(`${act.type} ${act.actor.split('#')[1] ?? ''} ${traceId ?? ''}`.trim()));
      },
      ...changes,
    }),
  };
  return office;
}

const place = { service: 'checkout', environment: 'production', stages: ['20', '50'], digests: [digestB, digestA], ticket: 'INC-1' };

export function waiverInput(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const words = { owner: 'team-checkout', justification: 'known', mitigation: 'watched' };
  return { ...place, ...words, codes: ['TESTS_FAILED'], expiresAt: new Date(startOfTime + 10 * day).toISOString(), ...changes };
}

export function overrideInput(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ...place,
    codes: ['P95_OVER_BUDGET'],
    reason: 'a load test',
    expiresAt: new Date(startOfTime + 2 * hour).toISOString(),
    ...changes,
  };
}
