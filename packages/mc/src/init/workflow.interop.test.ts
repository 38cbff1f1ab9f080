// The workflow that `mc init` writes, by the linter that knows GitHub's contexts, inputs, outputs and permissions.
import { actionlint } from '@promotable/services';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { githubWorkflow } from './github-workflow.ts';

let program: string;
beforeAll(async () => {
  program = await actionlint();
}, 600_000);

interface Complaint {
  readonly message: string;
}

async function lint(text: string): Promise<string[]> {
  const child = promisify(execFile)(program, ['-shellcheck=', '-pyflakes=', '-no-color', '-format', '{{json .}}', '-']);
  child.child.stdin?.end(text);
  const { stdout } = await child.catch((error: { stdout: string }) => error);
  return (JSON.parse(stdout) as Complaint[] | null)?.map(({ message }) => message) ?? [];
}

const workflow = githubWorkflow({ service: 'checkout', mcUrl: 'https://mc.example', version: '1.0.0' });

test('nothing is wrong with it', async () => {
  expect(await lint(workflow)).toEqual([]);
});

test.each([
  ['an output that there is not', 'steps.publish.outputs.outcome == ', 'steps.publsh.outputs.outcome == '],
  ['an input that there is not', 'inputs.digest }}', 'inputs.digset }}'],
  ['a permission that there is not', 'id-token: write', 'id-tokn: write'],
  ['a job that there is not', 'needs: publish', 'needs: published'],
])('%s is found', async (_title, good, bad) => {
  expect(workflow).toContain(good);
  expect(await lint(workflow.replaceAll(good, bad))).not.toEqual([]);
});
