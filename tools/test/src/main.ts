// `npm test [-- --light]`, `npm run test:interop`, `npm run coverage` and `npm run check` (the static part).
// The last line is always `N passed, N failed, N skipped`.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { guardRun } from '@promotable/services';
import { coverage } from './coverage.ts';
import { interopTests } from './interop-tests.ts';
import { packageBuilds } from './package-builds.ts';
import { lacking, partsAreThere } from './parts-are-there.ts';
import { packageChecks } from './package-checks.ts';
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
    coverage: { type: 'boolean', default: false },
  },
});
const root = join(import.meta.dirname, '../../..');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

process.exitCode = await main();

async function main(): Promise<number> {
  const missing = values.light || values.static ? [] : await lacking(values.interop ? 'heavy' : 'light');
  if (missing.length > 0) {
    say(`This machine lacks something, so no test was run:\n${missing.map((line) => `  ${line}`).join('\n')}`);
    if (!values.interop) say('`npm test -- --light` runs what npm packages alone can.');
    return 2;
  }
  // Killed in whatever way, the run leaves neither a process nor a temporary directory.
  const guarded = guardRun('run');
  const { total, red, leftOut } = await runSteps(chosenSteps(), { root, light: values.light, say });
  await guarded.end();
  const skipsAllowed = values.light || process.env['CI'] !== 'true';
  if (leftOut.length > 0) say(`--light left out: ${leftOut.join('; ')}. \`npm test\` runs everything.`);
  if (red.length > 0) say(`failed: ${red.join('; ')}`);
  if (!skipsAllowed && total.skipped > 0) say('In CI nothing may be skipped.');
  say(closingLine(total));
  return isGreen(total, skipsAllowed) ? 0 : 1;
}

function chosenSteps(): readonly Step[] {
  if (values.interop) return [partsAreThere('heavy', 'programs that take minutes to build'), ...interopTests];
  const checks = [...staticChecks(root), ...policyChecks];
  if (values.static) return checks;
  const parts = partsAreThere('light', 'servers and programs that are no npm packages');
  if (values.coverage) return [parts, ...coverage];
  return [parts, ...checks, ...packageBuilds(root), ...packageChecks, ...unitTests(root, values.light)];
}
