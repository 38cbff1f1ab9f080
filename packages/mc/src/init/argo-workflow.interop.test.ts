// The WorkflowTemplate that `mc init` writes, by the schema of Argo Workflows itself.
import { kubeconform, kubernetesSchemas } from '@promotable/services';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { argoWorkflow } from './argo-workflow.ts';

let program: string;
let schemas: string;
beforeAll(async () => {
  [program, schemas] = await Promise.all([kubeconform(), kubernetesSchemas()]);
}, 600_000);

interface Judged {
  readonly resources: readonly { readonly kind: string; readonly status: string; readonly msg: string }[];
}

async function judge(text: string): Promise<string[]> {
  const child = promisify(execFile)(program, ['-strict', '-verbose', '-output', 'json', '-schema-location', schemas, '-']);
  child.child.stdin?.end(text);
  const { stdout } = await child.catch((error: { stdout: string }) => error);
  return (JSON.parse(stdout) as Judged).resources.map(({ kind, status, msg }) => `${kind} ${status} ${msg}`);
}

const template = argoWorkflow({ service: 'checkout', mcUrl: 'https://mc.example' });

test('nothing is wrong with it', async () => {
  expect(await judge(template)).toEqual(['WorkflowTemplate statusValid ']);
});

test.each([
  ['a misspelt field of the template', 'entrypoint:', 'entryPoint:'],
  ['a misspelt field of a volume', 'serviceAccountToken:', 'serviceAcountToken:'],
  ['a misspelt field of a retry', 'maxDuration:', 'maximumDuration:'],
  ['a number where there must be a text', "factor: '2'", 'factor: [2]'],
  ['a mount without a path', 'mountPath: /etc/promotable-signing', 'path: /etc/promotable-signing'],
])('%s is found', async (_title, good, bad) => {
  expect(template).toContain(good);
  const [said = ''] = await judge(template.replace(good, bad));
  expect(said).toMatch(/^WorkflowTemplate statusInvalid /);
});
