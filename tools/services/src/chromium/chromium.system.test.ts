import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { chromium } from './chromium.ts';

test('it renders a page and runs its script', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'promotable-chromium-test-'));
  await writeFile(join(directory, 'page.html'), '<!doctype html><p id="p"></p><script>p.textContent = 6 * 7</script>');
  const { executablePath, args } = await chromium();
  const options = [`--user-data-dir=${join(directory, 'profile')}`, '--dump-dom', `file://${directory}/page.html`];
  const { stdout } = await promisify(execFile)(executablePath, [...args, ...options]);
  expect(stdout).toContain('<p id="p">42</p>');
  await rm(directory, { recursive: true, maxRetries: 3 });
});
