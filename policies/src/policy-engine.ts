import type { PolicyReason, PolicyResult } from '@promotable/contracts';
import type { DecisionEntrypoint } from './entrypoints.ts';
import type { SettingName, Settings } from './settings.ts';

/** Answers questions with one policy. Every fault is a thrown {@link PoliciesError}; whoever asks turns it into a hold. */
export interface PolicyEngine {
  /** @param facts as they are, or as the UTF-8 of their JSON @throws {PoliciesError} `POLICY_FAILED`, `POLICY_RESULT_INVALID` */
  evaluate(entrypoint: DecisionEntrypoint, facts: unknown): PolicyResult;
  /** @throws {PoliciesError} `POLICY_FAILED`, `POLICY_RESULT_INVALID` */
  thresholds(service: string, environment: string): EffectiveThresholds;
}

/** Every setting as it stands for one service in one environment. */
export interface EffectiveThresholds {
  readonly service: string;
  readonly environment: string;
  readonly values: Settings;
  /** Which layer each value comes from, e.g. `organisation standard`; per stage where the value is. */
  readonly layers: Readonly<Record<SettingName, string | Readonly<Record<string, string>>>>;
  /** Attempts of layers to loosen more than they may. */
  readonly warnings: readonly PolicyReason[];
}
