import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { type MutationReport, type Score, scoreOf } from './score.ts';
import type { Target } from './targets.ts';

export interface TargetRun {
  readonly root: string;
  /** Processes that run tests at once. */
  readonly concurrency: number;
  /** Judge every fault anew instead of only those whose code or tests changed. */
  readonly force: boolean;
}

/** Runs Stryker over one target and reads its report, `reports/mutation/<target>.json`; its own output goes to standard error. */
export async function runTarget({ name, mutate, tests, tooSlow = [] }: Target, { root, concurrency, force }: TargetRun): Promise<Score> {
  const folder = join(root, 'reports/mutation');
  const report = join(folder, `${name}.json`);
  const configuration = join(folder, `${name}.configuration.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  const { resolve } = createRequire(import.meta.url);
  const inTree = (path: string): string => relative(root, path);
  const settings = {
    testRunner: 'vitest',
    plugins: [resolve('@stryker-mutator/vitest-runner')],
    vitest: { configFile: 'tools/mutation/vitest.config.ts', related: false },
    mutate,
    ignorePatterns: ['/reports', '/.toolchain', '/.promotable', '/docs', '/bench', 'dist'],
    coverageAnalysis: 'perTest',
    // A fault that acts only while modules load would need every test, each time; tests that reach its code judge the others.
    ignoreStatic: true,
    // Generous, for a timeout counts as a fault found: only an endless loop may look like one.
    timeoutMS: 60_000,
    timeoutFactor: 3,
    concurrency,
    incremental: true,
    incrementalFile: inTree(join(folder, `${name}.incremental.json`)),
    force,
    // The types were checked before; a planted fault need not pass them.
    disableTypeChecks: true,
    tempDirName: inTree(join(folder, `${name}.sandbox`)),
    reporters: ['json', 'html', 'progress-append-only'],
    jsonReporter: { fileName: inTree(report) },
    htmlReporter: { fileName: inTree(join(folder, `${name}.html`)) },
    allowConsoleColors: false,
  };
  writeFileSync(configuration, JSON.stringify(settings, null, 2));
  const stryker = join(resolve('@stryker-mutator/core/package.json'), '../bin/stryker.js');
  const exitCode = await new Promise<number>((done, failed) => {
    const child = spawn(process.execPath, [stryker, 'run', configuration], {
      cwd: root,
      env: { ...process.env, PROMOTABLE_MUTATION_TESTS: JSON.stringify(tests), PROMOTABLE_MUTATION_TOO_SLOW: JSON.stringify(tooSlow) },
      stdio: ['ignore', 2, 2],
    });
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
  if (exitCode !== 0) throw new Error(`Stryker ended with ${exitCode} on ${name}: its output above says why.`);
  return scoreOf(JSON.parse(readFileSync(report, 'utf8')) as MutationReport);
}
