import { runProgram } from '../cache/run-program.ts';
import { go } from '../catalogue/requirement.ts';
import { programService } from '../catalogue/service.ts';
import { cosign, cosignVersion } from './cosign.ts';

export const cosignService = programService({
  name: 'cosign',
  title: `cosign ${cosignVersion}`,
  set: 'heavy',
  variable: 'COSIGN_PATH',
  keptAs: `cosign-${cosignVersion}`,
  requires: [go],
  path: cosign,
  ask: async (path) => /GitVersion:\s*(\S+)/.exec(await runProgram(path, ['version']))?.[1] ?? 'of no version',
});
