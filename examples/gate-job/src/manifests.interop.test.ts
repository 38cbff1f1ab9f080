// The manifests against the schemas of Kubernetes, Argo Rollouts and External Secrets themselves: no misspelt field, no kind that there is not.
import { kubeconform, kubernetesSchemas } from '@promotable/services';
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

const manifests = join(import.meta.dirname, '../manifests');
// Kustomize reads these itself; the API server never sees them.
const files = readdirSync(manifests, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('kustomization.yaml'))
  .sort();

let program: string;
let schemas: string;

beforeAll(async () => {
  [program, schemas] = await Promise.all([kubeconform(), kubernetesSchemas()]);
}, 600_000);

interface Judged {
  readonly resources: readonly { readonly kind: string; readonly name: string; readonly status: string; readonly msg: string }[];
}

async function judge(text: string): Promise<Judged['resources']> {
  const child = promisify(execFile)(program, ['-strict', '-verbose', '-output', 'json', '-schema-location', schemas, '-']);
  child.child.stdin?.end(text);
  const { stdout } = await child.catch((error: { stdout: string }) => error);
  return (JSON.parse(stdout) as Judged).resources;
}

test.each(files)('%s is valid', async (file) => {
  const resources = await judge(await readFile(join(manifests, file), 'utf8'));
  expect(resources.length).toBeGreaterThan(0);
  expect(resources.filter(({ status }) => status !== 'statusValid')).toEqual([]);
});

test.each([
  ['service/analysis-template.yaml', 'consecutiveSuccessLimit: 1', 'consecutiveSuccesLimit: 1'],
  ['service/rollout.yaml', 'podTemplateHashValue', 'podTemplateHash'],
  ['gate/external-secret.yaml', 'refreshInterval', 'refreshEvery'],
  ['gate/network-policy.yaml', 'ingress:', 'ingres:'],
])('a misspelt field in %s is found', async (file, good, bad) => {
  const text = await readFile(join(manifests, file), 'utf8');
  expect(text).toContain(good);
  const resources = await judge(text.replace(good, bad));
  expect(resources.some(({ status }) => status === 'statusInvalid')).toBe(true);
});
