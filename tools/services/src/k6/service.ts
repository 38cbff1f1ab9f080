import { runProgram } from '../cache/run-program.ts';
import { go } from '../catalogue/requirement.ts';
import { programService } from '../catalogue/service.ts';
import { k6, k6Version } from './k6.ts';

export const k6Service = programService({
  name: 'k6',
  title: `k6 ${k6Version}`,
  set: 'heavy',
  variable: 'K6_PATH',
  keptAs: `k6-${k6Version}`,
  requires: [go],
  path: k6,
  ask: async (path) => /v\d+\.\d+\.\d+/.exec(await runProgram(path, ['version']))?.[0] ?? '',
});
