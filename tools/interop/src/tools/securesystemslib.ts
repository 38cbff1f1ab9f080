import { join } from 'node:path';
import { securesystemslib } from '@promotable/services';
import { runOffline } from './offline.ts';
import type { Tool, ToolVerdict } from './tool.ts';

/** `Envelope.verify` of securesystemslib and the Statement of in-toto-attestation, all cases in one process. */
export const securesystemslibTool: Tool = async (cases) => {
  const script = join(import.meta.dirname, 'verify_envelope.py');
  const outcome = await runOffline(await securesystemslib(), ['-B', script], { input: JSON.stringify(cases) });
  if (outcome.code !== 0) throw new Error(outcome.stderr);
  return JSON.parse(outcome.stdout) as ToolVerdict[];
};
