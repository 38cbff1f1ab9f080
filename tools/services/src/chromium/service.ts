import { runProgram } from '../cache/run-program.ts';
import { installedOrDebian } from '../catalogue/requirement.ts';
import { programService } from '../catalogue/service.ts';
import { chromium, findChromium } from './chromium.ts';

export const chromiumService = programService({
  name: 'chromium',
  title: 'Chromium 120 or newer',
  set: 'light',
  variable: 'CHROMIUM_PATH',
  keptAs: 'chromium-120',
  requires: [installedOrDebian('chromium', async () => (await findChromium()) !== null)],
  path: async (options) => (await chromium(options)).executablePath,
  ask: async (path) => (await runProgram(path, ['--version'])).trim(),
});
