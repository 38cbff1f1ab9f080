// `npm test [-- --light]`, `npm run test:interop` and `npm run check` (the static part). The last line is always `N passed, N failed, N skipped`.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { interopTests } from './interop-tests.ts';
import { packageBuilds } from './package-builds.ts';
import { policyChecks } from './policy-checks.ts';
import { runSteps } from './run-steps.ts';
import { staticChecks } from './static-checks.ts';
import type { Step } from './step.ts';
import { closingLine, isGreen } from './tally.ts';
import { unitTests } from './unit-tests.ts';

const { values } = parseArgs({
  options: {
    light: { type: 'boolean', default: false },
    static: { type: 'boolean', default: false },
    interop: { type: 'boolean', default: false },
  },
});
const root = join(import.meta.dirname, '../../..');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const { total, red, leftOut } = await runSteps(chosenSteps(), { root, light: values.light, say });
const skipsAllowed = values.light || process.env['CI'] !== 'true';
if (leftOut.length > 0) say(`--light left out: ${leftOut.join('; ')}. \`npm test\` runs everything.`);
if (red.length > 0) say(`failed: ${red.join('; ')}`);
if (!skipsAllowed && total.skipped > 0) say('In CI nothing may be skipped.');
say(closingLine(total));
process.exitCode = isGreen(total, skipsAllowed) ? 0 : 1;

function chosenSteps(): readonly Step[] {
  if (values.interop) return interopTests;
  const checks = [...staticChecks(root), ...policyChecks];
  return values.static ? checks : [...checks, ...packageBuilds(root), ...unitTests(root, values.light)];
}
