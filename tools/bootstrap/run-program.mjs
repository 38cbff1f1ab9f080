import { spawn } from 'node:child_process';

/**
 * Runs a program to its end. Its output goes to our standard error, so that standard output stays the task's alone.
 * @param {string} program @param {readonly string[]} args @param {{cwd: string, env: NodeJS.ProcessEnv, quiet?: boolean}} options `quiet`: show nothing
 * @returns {Promise<{code: number, output: string}>} `output` is the last 20 kB of both streams
 */
export function runProgram(program, args, { quiet = false, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (/** @type {Buffer} */ chunk) => {
        if (!quiet) process.stderr.write(chunk);
        output = (output + chunk.toString()).slice(-20_000);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
