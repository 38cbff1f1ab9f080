import { oidcAuthenticator, type OidcIssuer } from '@promotable/server-kit';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { capturedIo } from '../captured-io.ts';
import { runMc } from '../program.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mc-init-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const github = 'init --service checkout --tenant acme --url https://mc.example/ --repository-id 1296269';
const argo =
  'init --service checkout --tenant acme --url https://mc.example --ci argo --issuer https://kubernetes.default.svc --service-account-uid 5e7a0c1d-2b3f-4a5e-8d6c-7b8a9f0e1d2c';

async function run(line: string) {
  const io = capturedIo({ cwd: folder });
  return { code: await runMc(line.split(' '), io), out: io.out(), err: io.err() };
}

const read = (path: string) => readFile(join(folder, path), 'utf8');

describe('mc init', () => {
  it('writes a workflow, a trust rule and a label patch', async () => {
    const { code, out } = await run(github);
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toEqual([
      'written: .github/workflows/promotable-publish.yml',
      'written: promotable/trust-rule.json',
      'written: promotable/release-id.patch.yaml',
    ]);
    expect(parse(await read('promotable/release-id.patch.yaml'))).toEqual([
      { op: 'add', path: '/metadata/labels/release-id', value: 'unset' },
      { op: 'add', path: '/spec/template/metadata/labels/release-id', value: 'unset' },
    ]);
  });

  it.each([
    ['github', github],
    ['argo', argo],
  ])('writes for %s a rule that MC takes, for this service and for publishing alone', async (_name, line) => {
    await run(line);
    const rule = JSON.parse(await read('promotable/trust-rule.json')) as OidcIssuer;
    expect(rule).toMatchObject({
      audience: 'https://mc.example',
      rules: [{ tenant: 'acme', services: ['checkout'], scopes: ['evidence:publish'] }],
    });
    const clock = { now: () => Date.now(), monotonic: () => performance.now() };
    expect(oidcAuthenticator({ issuers: [rule], clock }).issuers).toEqual([rule.issuer]);
  });

  it('overwrites nothing, and says what it left as it was', async () => {
    await mkdir(join(folder, 'promotable'));
    await writeFile(join(folder, 'promotable/trust-rule.json'), 'mine');
    expect((await run(github)).out).toContain('kept: promotable/trust-rule.json');
    expect(await read('promotable/trust-rule.json')).toBe('mine');
    const again = await run(`${github} --json`);
    expect(JSON.parse(again.out).files.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['unchanged', 'kept', 'unchanged']);
  });

  it('with --dry-run shows every file and writes none', async () => {
    const { out } = await run(`${github} --dry-run`);
    expect(out).toContain('would write: promotable/trust-rule.json');
    expect(out).toContain('"repository_id": "1296269"');
    await expect(read('promotable/trust-rule.json')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['init --service checkout --tenant acme --url https://mc.example', '--repository-id'],
    ['init --service checkout --tenant acme --url https://mc.example --repository-id acme/checkout', '--repository-id'],
    ['init --service ../x --tenant acme --url https://mc.example --repository-id 1', '--service'],
    ['init --service checkout --tenant acme --url http://mc.example --repository-id 1', 'https'],
    ['init --service checkout --tenant acme --repository-id 1', 'MC_URL'],
    ['init --service checkout --tenant acme --url https://mc.example --ci argo --issuer https://k.example', '--service-account-uid'],
    ['init --service checkout --tenant acme --url https://mc.example --ci jenkins', 'jenkins'],
  ])('refuses `mc %s` with exit code 2, naming %s', async (line, named) => {
    const { code, err } = await run(line);
    expect(code).toBe(2);
    expect(err).toContain(named);
  });
});

describe('what the pipelines run', () => {
  /** `mc evidence build --a x \` → its name and its options. */
  function commandsOf(text: string): { name: string; options: string[] }[] {
    const joined = text.replaceAll('\\\n', ' ').replace(/\[mc, ([^\]]*)\]/g, (_all, list: string) => `mc ${list.replaceAll(',', '')}`);
    return [...joined.matchAll(/\bmc (evidence [a-z]+)([^\n]*)/g)].map(([, name = '', rest = '']) => ({
      name,
      options: [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option),
    }));
  }

  it.each([
    ['github', github, '.github/workflows/promotable-publish.yml'],
    ['argo', argo, 'promotable/publish-evidence.yaml'],
  ])('for %s are commands and options that there are', async (_name, line, path) => {
    await run(line);
    const text = await read(path);
    const commands = commandsOf(text);
    commands[0]?.options.push(...[...text.matchAll(/(--[a-z]+) reports\//g)].map(([, option = '']) => option));
    expect(commands[0]?.options).toContain('--scan');
    expect(commands.map(({ name }) => name)).toEqual(['evidence build', 'evidence publish', 'evidence replay']);
    for (const { name, options } of commands) {
      const { out } = await run(`${name} --help`);
      for (const option of options) expect(out, `${name} ${option}`).toContain(`${option} `);
    }
  });

  it.each([
    ['github', github, '.github/workflows/promotable-publish.yml'],
    ['argo', argo, 'promotable/publish-evidence.yaml'],
  ])('for %s give every report that there is, and no other', async (_name, line, path) => {
    await run(line);
    const script = [...(await read(path)).matchAll(/^ +set -- [\s\S]*?--out build\.evidence\.json$/gm)].map(([lines]) => lines)[0] ?? '';
    await mkdir(join(folder, 'reports'));
    // Stands for the program: says what it was given.
    const given = async (): Promise<string[]> => {
      const { stdout } = await promisify(execFile)('sh', ['-euc', `mc() { printf '%s\\n' "$@"; }\n${script}`], {
        cwd: folder,
        env: { DIGEST: 'sha256:1', RUN: '1', GITHUB_RUN_ID: '1', GITHUB_RUN_ATTEMPT: '1' },
      });
      return stdout.split('\n').filter((word) => word.startsWith('reports/'));
    };
    expect(await given()).toEqual(['reports/bom.json', 'reports/junit.xml']);
    const all = ['lcov.info', 'scan.json', 'provenance.json'];
    await Promise.all(all.map((file) => writeFile(join(folder, 'reports', file), '')));
    expect(await given()).toEqual(['reports/bom.json', 'reports/junit.xml', ...all.map((file) => `reports/${file}`)]);
  });

  it('for GitHub keep what waits as an artifact, and send it in a second job', async () => {
    await run(github);
    const { jobs, permissions } = parse(await read('.github/workflows/promotable-publish.yml')) as {
      permissions: object;
      jobs: Record<string, { if?: string; permissions: object; steps: { uses?: string; if?: string; with?: Record<string, string> }[] }>;
    };
    expect(permissions).toEqual({});
    expect(jobs['publish']?.permissions).toEqual({ 'id-token': 'write' });
    const kept = jobs['publish']?.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact'));
    const sent = jobs['replay']?.steps.find(({ uses }) => uses?.startsWith('actions/download-artifact'));
    expect([kept?.if, jobs['replay']?.if]).toEqual([
      "steps.publish.outputs.outcome == 'spooled'",
      "needs.publish.outputs.outcome == 'spooled'",
    ]);
    expect(sent?.with?.['name']).toBe(kept?.with?.['name']);
  });

  it('for Argo name templates, artifacts and parameters that there are, and run without rights', async () => {
    await run(argo);
    const text = await read('promotable/publish-evidence.yaml');
    const { kind, spec } = parse(text) as {
      kind: string;
      spec: {
        entrypoint: string;
        arguments: { parameters: { name: string }[] };
        templates: { name: string; steps?: { template: string }[][] }[];
        securityContext: object;
      };
    };
    expect(kind).toBe('WorkflowTemplate');
    const names = spec.templates.map(({ name }) => name);
    expect(names).toContain(spec.entrypoint);
    for (const { template } of spec.templates.flatMap(({ steps = [] }) => steps.flat())) expect(names).toContain(template);
    const parameters = spec.arguments.parameters.map(({ name }) => name);
    for (const [, named = ''] of text.matchAll(/\{\{workflow\.parameters\.([a-z-]+)\}\}/g)) expect(parameters).toContain(named);
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true });
    expect(text).not.toMatch(/image: [a-z]/);
  });
});
