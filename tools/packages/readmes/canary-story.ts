import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export { buildRelease, packRelease } from '../../../examples/canary-story/src/world/build-release.ts';
export { startWorld } from '../../../examples/canary-story/src/world/world.ts';

export const clock = { now: Date.now, monotonic: () => performance.now() };
export const directory = mkdtempSync(join(tmpdir(), 'promotable-canary-readme-'));
export const { signal } = new AbortController();

export async function stop(): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
}
