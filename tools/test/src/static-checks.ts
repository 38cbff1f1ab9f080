import { join } from 'node:path';
import { commandStep, developmentTool, type Step } from './step.ts';

/** Checks that read the sources and run none of them. */
export function staticChecks(root: string): readonly Step[] {
  return [
    commandStep('types (tsc)', () => [developmentTool(root, 'typescript/bin/tsc'), '--project', 'tsconfig.json']),
    commandStep('types of the console (tsc)', () => [
      developmentTool(root, 'typescript/bin/tsc'),
      '--project',
      'examples/api-server/console',
    ]),
    commandStep('format and lint (biome)', () => [
      developmentTool(root, '@biomejs/biome/bin/biome'),
      'check',
      '--error-on-warnings',
      '--no-errors-on-unmatched',
      '--max-diagnostics=50',
      '.',
    ]),
    commandStep(
      'lint with types (oxlint)',
      () => [developmentTool(root, 'oxlint/bin/oxlint'), '--type-aware', '--tsconfig=tsconfig.json', '--deny-warnings', '.'],
      { env: { OXLINT_TSGOLINT_PATH: join(root, 'tools/dev/node_modules/.bin/tsgolint') } },
    ),
    commandStep('unused files, exports and dependencies (knip)', () => [developmentTool(root, 'knip/bin/knip.js'), '--no-progress']),
    commandStep('generated files are up to date', () => ['--conditions=@promotable/source', 'tools/dev/generate.ts', '--check']),
  ];
}
