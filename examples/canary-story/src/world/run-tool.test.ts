import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runTool } from './run-tool.ts';

const { signal } = new AbortController();
const node = (code: string, using = signal) => runTool({ command: process.execPath, args: ['-e', code], cwd: tmpdir(), signal: using });

describe('runTool', () => {
  it('returns what the tool wrote', async () => {
    expect(await node('console.log("made")')).toBe('made\n');
  });

  it('keeps npm settings of the surrounding workspace from the tool', async () => {
    process.env['npm_config_local_prefix'] = '/elsewhere';
    try {
      expect(await node('console.log(String(process.env.npm_config_local_prefix))')).toBe('undefined\n');
    } finally {
      delete process.env['npm_config_local_prefix'];
    }
  });

  it('names a tool that is not installed', async () => {
    await expect(runTool({ command: 'no-such-tool', args: [], cwd: tmpdir(), signal })).rejects.toThrow(
      expect.objectContaining({ code: 'TOOL_MISSING', message: expect.stringContaining('no-such-tool') }),
    );
  });

  it('passes on what a failing tool said', async () => {
    await expect(node('console.error("bad wood"); process.exit(3)')).rejects.toThrow(
      expect.objectContaining({ code: 'TOOL_FAILED', message: expect.stringMatching(/ended with 3: bad wood/) }),
    );
  });

  it('ends the tool when the signal is aborted', async () => {
    const abort = new AbortController();
    const running = node('setInterval(() => {}, 1000)', abort.signal);
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  it('ends with its parent, also when that is killed with -9', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'run-tool-'));
    try {
      const pidFile = join(directory, 'pid');
      const tool = `require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000)`;
      const code = `
        import { runTool } from ${JSON.stringify(new URL('./run-tool.ts', import.meta.url).href)};
        await runTool({ command: process.execPath, args: ['-e', ${JSON.stringify(tool)}], cwd: '.', signal: new AbortController().signal });
      `;
      const parent = spawn(process.execPath, ['--conditions=@promotable/source', '--input-type=module', '-e', code], { stdio: 'inherit' });
      // Neither the start nor the end of a grandchild is an event here, so both are looked for.
      const pid = async () => Number(await readFile(pidFile, 'utf8').catch(() => ''));
      while ((await pid()) === 0) await sleep(10);
      const toolPid = await pid();
      parent.kill('SIGKILL');
      await once(parent, 'exit');
      const isAlive = () => {
        try {
          return process.kill(toolPid, 0);
        } catch {
          return false;
        }
      };
      while (isAlive()) await sleep(10);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
