import { bundleJson } from './bundle-file.ts';

/** Which way a lower layer may always go: to a lower number, a higher one, `true`, more stages, fewer names, a stricter level, a smaller permission; `free` = no verdict depends on it. */
export type Tightening = 'lower' | 'higher' | 'true' | 'superset' | 'subset' | 'level' | 'permission' | 'free';

/** Every {@link ItemLevel}, the strictest first. */
export const itemLevels = ['required', 'required-if-present', 'advisory'] as const;
/** What an item of evidence is worth: it must be there, it must be good where it is there, or it is only told about. */
export type ItemLevel = (typeof itemLevels)[number];

/** Every {@link Permission}, the smallest first. */
export const permissions = ['refused', 'advisory', 'allowed'] as const;
/** What evidence of a lesser kind is worth: nothing, a word, or proof. */
export type Permission = (typeof permissions)[number];

/** What a setting is, as `data/settings.json` says it. */
export interface SettingDefinition {
  readonly unit: string;
  readonly tighter: Tightening;
  /** Its value is an object from stage to number. */
  readonly perStage?: boolean;
  /** `null` states that there is no limit. */
  readonly nullable?: boolean;
  readonly description: string;
  /** Why the shipped default is what it is. */
  readonly reason: string;
}

/** The value of every setting; names carry their unit, `data/settings.json` describes each. */
export interface Settings {
  readonly stages: readonly string[];
  readonly requireDigest: boolean;
  /** From stage to milliseconds. */
  readonly windowMs: Readonly<Record<string, number>>;
  readonly warmUpMs: number;
  readonly windowMaxAgeMs: number;
  readonly confirmationMs: number;
  readonly confirmationFactor: number;
  readonly p95BudgetMs: number | null;
  readonly p99BudgetMs: number | null;
  readonly errorRateBudget: number;
  readonly regressionFactor: number;
  readonly regressionLatencyMs: number;
  readonly regressionErrorRate: number;
  readonly requireBaseline: boolean;
  readonly syntheticWindow: Permission;
  readonly syntheticAfterMs: number;
  readonly sbomLevel: ItemLevel;
  readonly testsLevel: ItemLevel;
  readonly coverageLevel: ItemLevel;
  readonly scanLevel: ItemLevel;
  readonly provenanceLevel: ItemLevel;
  readonly sbomWarnAgeMs: number;
  readonly sbomHoldAgeMs: number;
  readonly testsWarnAgeMs: number;
  readonly testsHoldAgeMs: number;
  readonly coverageWarnAgeMs: number;
  readonly coverageHoldAgeMs: number;
  readonly provenanceWarnAgeMs: number;
  readonly provenanceHoldAgeMs: number;
  readonly scanWarnAgeMs: number;
  readonly scanHoldAgeMs: number;
  readonly scanDatabaseMaxAgeMs: number | null;
  readonly vulnerabilitiesCriticalMax: number | null;
  readonly vulnerabilitiesHighMax: number | null;
  readonly vulnerabilitiesMediumMax: number | null;
  readonly vulnerabilitiesLowMax: number | null;
  readonly vulnerabilitiesUnknownMax: number | null;
  readonly lineCoverageFloor: number | null;
  /** Ids, or beginnings of ids that end in `*`. */
  readonly trustedBuilders: readonly string[] | null;
  readonly failedRunsMax: number;
  readonly requireCost: boolean;
  readonly graphqlCostBudgetUsd: number | null;
  readonly ingestCostBudgetUsd: number | null;
  readonly costHoldAgeMs: number;
  readonly waiverWarnMs: number;
  readonly waiverMaxMs: number;
  readonly overrideMaxMs: number;
  readonly breakGlassMaxMs: number;
  readonly countersignWithinMs: number;
  readonly passValidMs: number;
  readonly collectEveryMs: number;
  readonly publisherAttemptTimeoutMs: number;
  readonly publisherAttempts: number;
  readonly publisherTotalMs: number;
  readonly publisherBackoffMinMs: number;
  readonly publisherBackoffMaxMs: number;
  readonly breakerFailures: number;
  readonly breakerOpenMs: number;
  readonly gateAttemptTimeoutMs: number;
  readonly gateTotalMs: number;
  readonly gatePollMs: number;
  readonly spoolMaxAgeMs: number;
  readonly spoolMaxBytes: number;
}

/** Name of a setting. */
export type SettingName = keyof Settings;

/** Every setting with its unit, its direction and the reason for its default. */
export const settingCatalog: Readonly<Record<SettingName, SettingDefinition>> = bundleJson('data/settings.json');
