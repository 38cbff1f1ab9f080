import type { Signer } from '@promotable/attest';
import type { Clock, Logger, Transactor } from '@promotable/contracts';
import type { Ledger } from '@promotable/ledger';
import type { PolicyEvaluator, ReasonRenderer } from '../policy-engine.ts';
import type { FactSources } from './gather-facts.ts';
import type { GateEvents } from './gate-events.ts';
import type { GateStore, KeptPolicy } from './gate-store.ts';
import type { Budget } from './measured.ts';

/** A policy as this process has loaded it. */
export interface LoadedPolicy extends KeptPolicy, PolicyEvaluator {
  readonly render: ReasonRenderer;
  /** What of the thresholds the gate needs to know; none of it decides. */
  settings(service: string, environment: string): StageSettings;
}

export interface StageSettings {
  /** In the order of the rollout; the last one makes a release current. */
  readonly stages: readonly string[];
  /** Shown beside measured values. */
  budget(stage: string): Budget;
}

export interface GateOptions extends FactSources {
  readonly store: GateStore;
  readonly transactor: Transactor;
  /** Gets one entry per decision, in the transaction that records it; its epoch orders decisions across restores. */
  readonly ledger: Pick<Ledger, 'append' | 'epoch'>;
  readonly policy: LoadedPolicy;
  /** Key of the use `decision`. */
  readonly signer: Signer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** @default crypto.randomUUID */
  readonly randomUuid?: () => string;
  /** @default none */
  readonly listeners?: readonly GateEvents[];
  /** Base URL of MC for `explainUrl`, without a trailing slash. @default none */
  readonly publicUrl?: string;
  /** How long a pass is valid, milliseconds. @default 300_000 */
  readonly passValidMs?: number;
}
