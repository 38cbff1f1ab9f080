import { join } from 'node:path';
import { cached, type CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { python } from '../installers/python.ts';

export const securesystemslibVersion = '1.6.0';
const requirements = join(import.meta.dirname, 'requirements.txt');

/**
 * Path of a Python that can import securesystemslib 1.6.0 (with its cryptography) and in-toto-attestation 0.9.3, from wheels of pinned
 * digests alone; what `SECURESYSTEMSLIB_PYTHON` says, where it is set. Throws `PART_UNAVAILABLE` with one line that says what to install.
 */
export async function securesystemslib(options: CacheOptions = {}): Promise<string> {
  const given = process.env['SECURESYSTEMSLIB_PYTHON'];
  if (given) return given;
  const interpreter = await python('securesystemslib');
  // Wheels fit one version of Python, so another Python is another directory.
  const tag = await evaluate(interpreter, 'sys.implementation.cache_tag');
  const directory = await cached(
    {
      name: 'securesystemslib',
      version: `${securesystemslibVersion}-${tag}`,
      async fill(target, { say, signal }) {
        say('fetching the wheels with pip');
        // Without pip, whose scripts would hold the path of the draft; Debian ships venv and pip apart anyway.
        await runProgram(interpreter, ['-m', 'venv', '--without-pip', target], { signal });
        const packages = await evaluate(join(target, 'bin/python'), 'sysconfig.get_path("purelib")');
        const args = ['--quiet', '--no-input', '--disable-pip-version-check', '--only-binary=:all:', '--target', packages];
        await runProgram(interpreter, ['-m', 'pip', 'install', ...args, '--require-hashes', '--requirement', requirements], { signal });
        await runProgram(join(target, 'bin/python'), ['-c', 'import cryptography, in_toto_attestation, securesystemslib.dsse'], { signal });
      },
    },
    options,
  );
  return join(directory, 'bin/python');
}

async function evaluate(program: string, expression: string): Promise<string> {
  return (await runProgram(program, ['-c', `import sys, sysconfig; print(${expression})`])).trim();
}
