import { join } from 'node:path';
import { runOffline } from './offline.ts';
import type { Tool, ToolVerdict } from './tool.ts';

/** `@sigstore/verify` in a process of its own, so that it is as offline as the others. */
export const sigstoreTool: Tool = async (cases) => {
  const program = join(import.meta.dirname, 'sigstore-verify.ts');
  const outcome = await runOffline(process.execPath, [program], { input: JSON.stringify(cases) });
  if (outcome.code !== 0) throw new Error(outcome.stderr);
  return JSON.parse(outcome.stdout) as ToolVerdict[];
};
