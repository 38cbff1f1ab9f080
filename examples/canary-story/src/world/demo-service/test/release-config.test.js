import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { readReleaseConfig } from '../src/release-config.js';

test('this release says what it is called and how many slots it has', async () => {
  const { releaseId, poolSize } = await readReleaseConfig();
  assert.ok(releaseId.length > 0);
  assert.ok(poolSize >= 1);
});

test('a configuration without slots or without a name is refused', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'checkout-'));
  try {
    const file = join(directory, 'release.json');
    for (const bad of [
      { releaseId: 'r' },
      { releaseId: 'r', poolSize: 0 },
      { releaseId: 'r', poolSize: 1.5 },
      { releaseId: '', poolSize: 1 },
    ]) {
      await writeFile(file, JSON.stringify(bad));
      await assert.rejects(readReleaseConfig(pathToFileURL(file)), /must be/);
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});
