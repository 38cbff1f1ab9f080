import { missingPrerequisites, provision, type ServiceSet } from '@promotable/services';
import type { Step } from './step.ts';

/** Fetches and builds what the parts of a set need, once per version and machine; a time for each. */
export function partsAreThere(set: ServiceSet, needs: string): Step {
  return {
    name: `real parts are there (${set} set)`,
    needs,
    async run({ say }) {
      try {
        const parts = await provision(set, { onProgress: say });
        return { passed: parts.length, failed: 0, skipped: 0 };
      } catch (error) {
        say((error as Error).message);
        return { passed: 0, failed: 1, skipped: 0 };
      }
    },
  };
}

/** Everything that this machine lacks for a set, as lines that say what to do; none when nothing is missing. */
export async function lacking(set: ServiceSet): Promise<readonly string[]> {
  const missing = await missingPrerequisites(set);
  return missing.map(({ part, needs, install }) => `${part} needs ${needs}: ${install}.`);
}
