import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, type CacheOptions } from '../cache/cache.ts';
import { runProgram } from '../cache/run-program.ts';
import { goToolchain } from '../installers/go-toolchain.ts';
import { type Definitions, schemasOfKinds } from './json-schemas.ts';

const kubernetesVersion = '1.34.4';
/** To be raised when json-schemas.ts makes something else of the same specification: what is cached never changes. */
const revision = 1;
/** Checksum of the Go module, as `go.sum` has it. */
const sum = 'h1:Yy6R4QB8C9kJPp25GFqEvX5XQwY5qzKeqD0Xx6oAcmk=';

/**
 * Value of kubeconform's `-schema-location`: JSON Schemas of every kind of Kubernetes 1.34, made from the OpenAPI specification that its own
 * source carries (Go module `k8s.io/kubernetes`, `api/openapi-spec/swagger.json`). Throws `PART_UNAVAILABLE`.
 */
export async function kubernetesSchemas(options: CacheOptions = {}): Promise<string> {
  const directory = await cached(
    {
      name: 'kubernetes-schemas',
      version: `${kubernetesVersion}-${revision}`,
      async fill(target, { say, signal }) {
        const go = await goToolchain(options);
        say('fetching the source of Kubernetes (18 MB)');
        const answer = await runProgram(go, ['mod', 'download', '-json', `k8s.io/kubernetes@v${kubernetesVersion}`], {
          cwd: target,
          signal,
        });
        const { Dir, Sum } = JSON.parse(answer) as { Dir: string; Sum: string };
        if (Sum !== sum) throw new Error(`k8s.io/kubernetes v${kubernetesVersion} has the checksum ${Sum}, expected ${sum}`);
        const specification = await readFile(join(Dir, 'api/openapi-spec/swagger.json'), 'utf8');
        const { definitions } = JSON.parse(specification) as { definitions: Definitions };
        for (const [file, schema] of schemasOfKinds(definitions)) await writeFile(join(target, file), JSON.stringify(schema));
      },
    },
    options,
  );
  return join(directory, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
}
