// `npm test [-- --light]` runs everything, `npm run check` the static part. The last line is always `N passed, N failed, N skipped`.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { packageBuilds } from './package-builds.ts';
import { policyChecks } from './policy-checks.ts';
import { staticChecks } from './static-checks.ts';
import type { Step } from './step.ts';
import { closingLine, isGreen, oneFailed, sum, type Tally } from './tally.ts';
import { unitTests } from './unit-tests.ts';

const { values } = parseArgs({ options: { light: { type: 'boolean', default: false }, static: { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '../../..');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const everything: readonly Step[] = [...staticChecks(root), ...policyChecks, ...packageBuilds(root), ...unitTests];
const steps = values.static ? [...staticChecks(root), ...policyChecks] : everything;

const tallies: Tally[] = [];
const red: string[] = [];
for (const [index, step] of steps.entries()) {
  const label = `[${index + 1}/${steps.length}] ${step.name}`;
  say(`${label} …`);
  const started = performance.now();
  const tally = await step.run({ root, light: values.light, say }).catch((error: Error) => {
    say(error.stack ?? error.message);
    return oneFailed;
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(`${label}: ${tally.failed > 0 ? 'FAILED' : tally.passed > 0 ? 'ok' : 'skipped'}, ${seconds} s`);
  if (tally.failed > 0) red.push(step.name);
  tallies.push(tally);
}

const total = sum(tallies);
const skipsAllowed = values.light || process.env['CI'] !== 'true';
if (red.length > 0) say(`failed: ${red.join('; ')}`);
if (!skipsAllowed && total.skipped > 0) say('In CI nothing may be skipped.');
say(closingLine(total));
process.exitCode = isGreen(total, skipsAllowed) ? 0 : 1;
