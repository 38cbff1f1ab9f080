import { runProgram } from '../cache/run-program.ts';
import { go } from '../catalogue/requirement.ts';
import { programService } from '../catalogue/service.ts';
import { actionlint, actionlintVersion } from './actionlint.ts';

export const actionlintService = programService({
  name: 'actionlint',
  title: `actionlint ${actionlintVersion}`,
  set: 'heavy',
  variable: 'ACTIONLINT_PATH',
  keptAs: `actionlint-${actionlintVersion}`,
  requires: [go],
  path: actionlint,
  ask: async (path) => (await runProgram(path, ['-version'])).split('\n')[0] ?? '',
});
