// The modules of MC over one database: siblings that know nothing of each other meet here.
import { isIdentityListed, resolveKey } from '@promotable/attest';
import type { Clock, Transactor, Verdict } from '@promotable/contracts';
import { postgresGateStore } from '@promotable/gate/postgres';
import { decisionStream, gateModule, type GateStore, type MetricFactory } from '@promotable/gate/server';
import { governanceModule, type GovernanceModule, governanceStream } from '@promotable/governance/server';
import { postgresGovernanceStore } from '@promotable/governance/postgres';
import type { SealableLedger } from '@promotable/ledger';
import { postgresTransactor } from '@promotable/ledger/postgres';
import { reasonCatalog } from '@promotable/policies';
import { createEvidenceReceiver, evidenceModule, evidenceStream, type ReceiveListener } from '@promotable/sdk-evidence/server';
import { postgresEvidenceStore } from '@promotable/sdk-evidence/server/postgres';
import type { createJsonLog, ServerModule } from '@promotable/server-kit';
import type pg from 'pg';
import { Counter, Histogram, type Registry } from 'prom-client';
import type { ConfiguredPolicy } from './active-policy.ts';
import { accessStream } from './access.ts';
import type { Configuration } from './configuration.ts';
import type { ConsoleParts } from './console/console-module.ts';
import { evidenceMetrics } from './evidence-metrics.ts';
import type { KeyDirectory } from './key-directory.ts';
import { behindCheckpointReason, ledgerReadiness, type LedgerStanding, refusingTransactor } from './ledger-loss.ts';
import { keyImpactModule } from './key-impact.ts';
import { keysModule } from './keys-module.ts';
import { ledgerModule } from './ledger-module.ts';
import type { Notifications } from './notifications.ts';
import { retentionModule } from './retention/retention-module.ts';
import { retentionStream } from './retention/retention-run.ts';

export interface ModuleParts {
  readonly pool: pg.Pool;
  readonly ledger: SealableLedger;
  readonly standing: LedgerStanding;
  readonly keys: KeyDirectory;
  readonly policy: ConfiguredPolicy;
  readonly notifications: Notifications;
  readonly clock: Clock;
  readonly log: ReturnType<typeof createJsonLog>;
}

export function createModules(
  configuration: Configuration,
  parts: ModuleParts,
): { readonly modules: ServerModule[]; readonly gateStore: GateStore; readonly stores: ConsoleParts['stores'] } {
  const { pool, ledger, standing, keys, policy, notifications, clock, log } = parts;
  const transactor = standing.readOnly ? refusingTransactor : postgresTransactor(pool);
  const evidenceStore = postgresEvidenceStore(pool);
  const gateStore = postgresGateStore(pool);
  const governance = exceptions(configuration, parts, transactor);
  const gate = gateModule<Registry>({
    store: notifications.announcing(gateStore),
    transactor,
    ledger,
    policy,
    suspended: standing.readOnly ? behindCheckpointReason : null,
    signer: keys.decision,
    isBelieved: (keyId, verdict) => isBelieved(keys, keyId, verdict),
    clock,
    logger: log,
    evidence: evidenceStore,
    signers: { statusOf: (keyId) => signerStatus(keys, keyId, clock) },
    exceptions: governance.governance,
    defaultEnvironment: (tenant) =>
      Object.hasOwn(configuration.defaultEnvironments, tenant) ? (configuration.defaultEnvironments[tenant] ?? null) : null,
    metrics: metricFactory,
    metricEnvironments: configuration.metricEnvironments,
    ...(configuration.publicUrl === null ? {} : { publicUrl: configuration.publicUrl }),
  });
  const streams = [evidenceStream('').stream, decisionStream, governanceStream, accessStream, retentionStream];
  const ledgerRoutes = { ...ledgerModule(ledger, streams), readiness: [ledgerReadiness(standing)] };
  const stores = { evidence: evidenceStore, gate: gateStore, ledger, policy };
  const modules = [
    evidence(configuration, parts, evidenceStore, transactor),
    gate,
    governance,
    ledgerRoutes,
    keysModule(keys),
    keyImpactModule({ pool, keys, clock }),
    retentionModule({ sql: pool, transactor, ledger, clock, settings: configuration.retention }),
    notifications.module,
  ];
  return { gateStore, stores, modules };
}

function evidence(
  { metricEnvironments }: Configuration,
  { ledger, keys, clock }: ModuleParts,
  store: ReturnType<typeof postgresEvidenceStore>,
  transactor: Transactor,
): ServerModule {
  // The registry comes with the routes, after the receiver was made.
  let listener: ReceiveListener = () => undefined;
  let onChanged = (_tag: string): void => undefined;
  const trust = () => ({ keySet: keys.trust().keySet, policy: keys.trust().trustPolicy });
  const receiver = createEvidenceReceiver({ store, transactor, ledger, trust, clock, onReceived: (event) => listener(event) });
  return {
    ...evidenceModule({ receiver, store, ledger, onChanged: (tag) => onChanged(tag) }),
    routes(_app, kit) {
      onChanged = kit.changed;
      listener = evidenceMetrics(kit.metrics, metricEnvironments);
    },
  };
}

function exceptions(
  { approvalRules }: Configuration,
  { pool, ledger, keys, policy, notifications, clock }: ModuleParts,
  transactor: Transactor,
): GovernanceModule {
  return governanceModule({
    store: postgresGovernanceStore(pool),
    transactor,
    ledger,
    signer: keys.override,
    keySet: () => keys.trust().keySet,
    reasons: (code) => (Object.hasOwn(reasonCatalog, code) ? (reasonCatalog[code] ?? null) : null),
    limits: policy.exceptionLimits,
    rules: () => approvalRules,
    clock,
    ...(notifications.onAct === undefined ? {} : { onAct: notifications.onAct }),
  });
}

/** As a gate's client judges: what a retired key signed stays true, but it can pass nothing any more. */
function isBelieved(keys: Pick<KeyDirectory, 'statusOf'>, keyId: string, verdict: Verdict): boolean {
  const status = keys.statusOf(keyId, 'decision');
  return status === 'trusted' || (status === 'retired' && verdict !== 'pass');
}

/** A key or an identity that is no longer listed proves nothing; retired keys stay listed. */
function signerStatus(keys: Pick<KeyDirectory, 'trust'>, keyId: string, clock: Clock): 'trusted' | 'revoked' {
  const isListed = isIdentityListed(keys.trust().trustPolicy, keyId);
  if (isListed !== null) return isListed ? 'trusted' : 'revoked';
  const { status } = resolveKey(keys.trust().keySet, keyId, { use: 'evidence', at: clock.now() });
  return status === 'revoked' || status === 'unknown' ? 'revoked' : 'trusted';
}

function metricFactory(registry: Registry): MetricFactory {
  const registers = [registry];
  return {
    counter: (definition) => new Counter({ ...definition, registers }),
    histogram: (definition) => new Histogram({ ...definition, registers }),
  };
}
