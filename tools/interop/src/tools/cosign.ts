import { cosign } from '@promotable/services';
import { runOffline } from './offline.ts';
import { type Case, caseFiles, type Tool, type ToolVerdict } from './tool.ts';

/** `cosign verify-blob-attestation`, once per case, two at a time. */
export const cosignTool: Tool = async (cases) => {
  const program = await cosign();
  const verdicts = new Map<Case, ToolVerdict>();
  const queue = [...cases];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) verdicts.set(next, await judge(program, next));
  };
  await Promise.all([worker(), worker()]);
  return cases.map((one) => verdicts.get(one) ?? unjudged());
};

async function judge(program: string, { directory, predicateType }: Case): Promise<ToolVerdict> {
  const args = ['verify-blob-attestation', '--key', caseFiles.key, '--insecure-ignore-tlog=true', '--type', predicateType];
  const outcome = await runOffline(program, [...args, '--bundle', caseFiles.bundle, caseFiles.blob], {
    cwd: directory,
    // It would keep a cache of trust roots there.
    environment: { HOME: directory },
  });
  if (outcome.code === 127) throw new Error(outcome.stderr);
  return { accepted: outcome.code === 0 && outcome.stderr.includes('Verified OK'), says: outcome.stderr.trim() };
}

function unjudged(): never {
  throw new Error('a case was not judged');
}
