import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram } from '../cache/run-program.ts';
import { helm } from './helm.ts';

let program: string;
let directory: string;

beforeAll(async () => {
  program = await helm();
  directory = await mkdtemp(join(tmpdir(), 'promotable-helm-test-'));
  await mkdir(join(directory, 'templates'));
  await writeFile(join(directory, 'Chart.yaml'), 'apiVersion: v2\nname: tiny\nversion: 0.1.0\n');
  await writeFile(join(directory, 'values.yaml'), 'replicas: 1\n');
  await writeFile(join(directory, 'templates/map.yaml'), template);
  await writeFile(join(directory, 'values.schema.json'), JSON.stringify({ type: 'object', properties: { replicas: { type: 'integer' } } }));
}, 900_000);

afterAll(() => rm(directory, { recursive: true, force: true }));

const template = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-map
data:
  replicas: {{ .Values.replicas | quote }}
`;

/** Its own state goes into the test's directory, and no cluster of the user's is ever looked for. */
function run(...args: string[]): Promise<string> {
  const environment = { HELM_CACHE_HOME: directory, HELM_CONFIG_HOME: directory, HELM_DATA_HOME: directory, KUBECONFIG: '/dev/null' };
  return runProgram(program, args, { environment });
}

test('it is the pinned version', async () => {
  expect(await run('version', '--template', '{{ .Version }}')).toMatch(/^v3\.22(\.0)?$/);
});

test('a chart is rendered with the values of the command line', async () => {
  const manifest = await run('template', 'mine', directory, '--set', 'replicas=3');
  expect(manifest).toContain('name: mine-map');
  expect(manifest).toContain('replicas: "3"');
});

test('a value that the schema of the chart refuses is an error that names it', async () => {
  await expect(run('template', 'mine', directory, '--set', 'replicas=many')).rejects.toMatchObject({
    output: expect.stringContaining('replicas'),
  });
});

test('a chart with a fault does not lint', async () => {
  await writeFile(join(directory, 'templates/broken.yaml'), 'a: {{ .Values.absent.deep }}\n');
  await expect(run('lint', directory)).rejects.toMatchObject({ output: expect.stringContaining('broken.yaml') });
});
