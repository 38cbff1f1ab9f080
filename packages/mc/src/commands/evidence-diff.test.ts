import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capturedIo } from '../captured-io.ts';
import { runMc } from '../program.ts';

let folder: string;
const bom = (...purls: string[]) =>
  JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: purls.map((purl) => ({ type: 'library', name: 'x', purl })) });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-diff-'));
  await Promise.all(
    Object.entries({
      'one.json': bom('pkg:npm/a@1', 'pkg:npm/b@1'),
      'turned.json': bom('pkg:npm/b@1', 'pkg:npm/a@1'),
      'two.json': bom('pkg:npm/a@2', 'pkg:npm/c@1'),
      'empty.json': bom(),
    }).map(([name, text]) => writeFile(join(folder, name), text)),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function diff(line: string) {
  const io = capturedIo({ cwd: folder, env: {}, clock: { now: () => 0, monotonic: () => 0 } });
  return { code: await runMc(`evidence diff ${line}`.split(' '), io), out: io.out(), err: io.err() };
}

describe('mc evidence diff', () => {
  it('exits with 0 for the same components, with their digest', async () => {
    expect(await diff('one.json turned.json')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^identical: 2 components, set sha256:[0-9a-f]{64}\n$/),
    });
  });

  it('exits with 1 for other components, and lists them', async () => {
    expect(await diff('one.json two.json')).toMatchObject({
      code: 1,
      out: [
        'changed: 1 added, 1 removed, 1 changed of 2 components',
        '  + pkg:npm/c@1',
        '  - pkg:npm/b@1',
        '  ~ pkg:npm/a@1 -> pkg:npm/a@2 (version)',
        '',
      ].join('\n'),
    });
    const { code, out } = await diff('one.json two.json --json');
    expect([code, JSON.parse(out)]).toMatchObject([1, { result: 'changed', added: [{ coordinate: 'pkg:npm/c@1' }] }]);
  });

  it('exits with 3 where nothing can be said, and with 2 for a file that is not there', async () => {
    expect(await diff('one.json empty.json')).toMatchObject({ code: 3, out: expect.stringContaining('UNKNOWN: scan everything') });
    expect(await diff('empty.json empty.json')).toMatchObject({ code: 3 });
    expect(await diff('one.json nowhere.json')).toMatchObject({ code: 2, err: expect.stringContaining('FILE_UNREADABLE') });
  });

  it('says the exit codes in its help', async () => {
    expect((await diff('--help')).out).toContain('0 identical, 1 changed, 3 UNKNOWN');
  });
});
