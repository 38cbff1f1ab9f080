import { runProgram } from '../cache/run-program.ts';
import { pythonEnvironment } from '../catalogue/requirement.ts';
import { programService } from '../catalogue/service.ts';
import { securesystemslib, securesystemslibVersion } from './securesystemslib.ts';

export const securesystemslibService = programService({
  name: 'securesystemslib',
  title: `securesystemslib ${securesystemslibVersion}`,
  set: 'heavy',
  variable: 'SECURESYSTEMSLIB_PYTHON',
  // The interpreter stays the machine's own, so Python is needed to run it as well.
  requires: [pythonEnvironment],
  path: securesystemslib,
  ask: async (path) => (await runProgram(path, ['-c', 'import securesystemslib; print(securesystemslib.__version__)'])).trim(),
});
