import { runProgram } from '../cache/run-program.ts';
import { go } from '../catalogue/requirement.ts';
import { programService } from '../catalogue/service.ts';
import { helm, helmVersion } from './helm.ts';

export const helmService = programService({
  name: 'helm',
  title: `Helm ${helmVersion}`,
  set: 'heavy',
  variable: 'HELM_PATH',
  keptAs: `helm-${helmVersion}`,
  requires: [go],
  path: helm,
  ask: async (path) => (await runProgram(path, ['env', 'HELM_NAMESPACE'])).trim(),
});
