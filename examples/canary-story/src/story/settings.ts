import { loadPolicy, minimumSamples, type PresetName, type Settings } from '@promotable/policies';
import { createWasmEngine } from '@promotable/policies/wasm';

/** The shipped policy layer that the story runs under. */
export const storyLayer = 'demo' satisfies PresetName;

export const service = 'checkout';
/** Where a local installation's gates ask when they name none. */
export const environment = 'production';

export interface StorySettings extends Settings {
  /** Fewest requests that show every budget in force kept. */
  readonly minimumSamples: number;
}

/** The effective settings of the story's service, from the policy itself. @throws PoliciesError `LAYER_DEVELOPMENT_ONLY` in production */
export async function storySettings(production: boolean): Promise<StorySettings> {
  const policy = loadPolicy({ layer: storyLayer, production });
  const { values } = (await createWasmEngine(policy)).thresholds(service, environment);
  const budgets = [...(values.p95BudgetMs === null ? [] : [0.05]), ...(values.p99BudgetMs === null ? [] : [0.01]), values.errorRateBudget];
  return { ...values, minimumSamples: Math.max(...budgets.map(minimumSamples)) };
}

/** How long a window of a stage must be, milliseconds. */
export function windowMsOf({ windowMs }: Pick<StorySettings, 'windowMs'>, stage: string): number {
  return windowMs[stage] ?? Math.max(...Object.values(windowMs));
}
