import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { cached, type CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { goToolchain } from '../installers/go-toolchain.ts';
import { type CustomResourceDefinition, type Definitions, type Schema, schemasOfCustomResource, schemasOfKinds } from './json-schemas.ts';

interface Source {
  readonly module: string;
  readonly version: string;
  /** Checksum of the Go module, as `go.sum` has it. */
  readonly sum: string;
}

const kubernetes: Source = { module: 'k8s.io/kubernetes', version: '1.34.4', sum: 'h1:Yy6R4QB8C9kJPp25GFqEvX5XQwY5qzKeqD0Xx6oAcmk=' };
const argoRollouts: Source = {
  module: 'github.com/argoproj/argo-rollouts',
  version: '1.10.1',
  sum: 'h1:6oyVPGiHHxu3ixkT6mngemh88HLPDoTX1IwO6KNR1Y4=',
};
const argoWorkflows: Source = {
  module: 'github.com/argoproj/argo-workflows/v3',
  version: '3.7.4',
  sum: 'h1:oA/DxaSsjb6fMYaygf7JVQgnsF+ZzlfUPy5kIfLsCic=',
};
const externalSecrets: Source = {
  module: 'github.com/external-secrets/external-secrets',
  version: '1.3.2',
  sum: 'h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=',
};
/** To be raised when other schemas are made, or from other sources: what is cached never changes. */
const revision = 4;

/**
 * Value of kubeconform's `-schema-location`: JSON Schemas of every kind of Kubernetes 1.34, Argo Rollouts 1.10, Argo Workflows 3.7 and External Secrets
 * 1.3, made from what their own sources (Go modules) carry: `api/openapi-spec/swagger.json` there, the CustomResourceDefinitions here. Throws `PART_UNAVAILABLE`.
 */
export async function kubernetesSchemas(options: CacheOptions = {}): Promise<string> {
  const directory = await cached(
    {
      name: 'kubernetes-schemas',
      version: `${kubernetes.version}-${revision}`,
      async fill(target, { say, signal }) {
        const go = await goToolchain(options);
        say('fetching the sources of Kubernetes, Argo Rollouts, Argo Workflows and External Secrets (58 MB)');
        const [kinds, rollouts, workflows, secrets] = await Promise.all([
          sourceOf(go, kubernetes, target, signal),
          sourceOf(go, argoRollouts, target, signal),
          sourceOf(go, argoWorkflows, target, signal),
          sourceOf(go, externalSecrets, target, signal),
        ]);
        await write(target, await kindsOf(kinds));
        await write(target, await customResourcesOf(join(rollouts, 'manifests/crds'), /-crd\.yaml$/));
        // Those beside them (`minimal`) say nothing of what a template may hold.
        await write(target, await customResourcesOf(join(workflows, 'manifests/base/crds/full'), /^argoproj\.io_.+\.yaml$/));
        await write(target, await customResourcesOf(join(secrets, 'config/crds/bases'), /^external-secrets\.io_.+\.yaml$/));
      },
    },
    options,
  );
  return join(directory, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
}

/** The directory with the source of a module, its checksum verified. */
async function sourceOf(go: string, { module, version, sum }: Source, cwd: string, signal: AbortSignal): Promise<string> {
  const answer = await runProgram(go, ['mod', 'download', '-json', `${module}@v${version}`], { cwd, signal });
  const { Dir, Sum } = JSON.parse(answer) as { Dir: string; Sum: string };
  if (Sum !== sum) throw new Error(`${module} v${version} has the checksum ${Sum}, expected ${sum}`);
  return Dir;
}

async function kindsOf(source: string): Promise<Map<string, Schema>> {
  const specification = await readFile(join(source, 'api/openapi-spec/swagger.json'), 'utf8');
  return schemasOfKinds((JSON.parse(specification) as { definitions: Definitions }).definitions);
}

async function customResourcesOf(directory: string, wanted: RegExp): Promise<Map<string, Schema>> {
  const files = (await readdir(directory)).filter((file) => wanted.test(file));
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
  return new Map(texts.flatMap((text) => [...schemasOfCustomResource(parse(text) as CustomResourceDefinition)]));
}

async function write(directory: string, schemas: ReadonlyMap<string, Schema>): Promise<void> {
  for (const [file, schema] of schemas) await writeFile(join(directory, file), JSON.stringify(schema));
}
