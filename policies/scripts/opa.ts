import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { resolveOpa } from '@promotable/services';

const run = promisify(execFile);

/** Runs OPA in the package's root; rejects with its output when it exits with an error. */
export async function opa(args: readonly string[], cwd: string): Promise<string> {
  const program = await resolveOpa({ onProgress: (line) => process.stderr.write(`${line}\n`) });
  try {
    return (await run(program, [...args], { cwd, maxBuffer: 256 * 1024 * 1024 })).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`opa ${args.slice(0, 2).join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
}
