import { runProgram } from '../cache/run-program.ts';
import { go } from '../catalogue/requirement.ts';
import { programService } from '../catalogue/service.ts';
import { resolveOpa } from './opa.ts';

export const opaService = programService({
  name: 'opa',
  title: 'OPA 1.22.0',
  set: 'light',
  variable: 'OPA_PATH',
  keptAs: 'opa-1.22.0',
  requires: [go],
  path: resolveOpa,
  ask: async (path) => (await runProgram(path, ['eval', '--format=raw', '6 * 7'])).trim(),
});
