import { join } from 'node:path';
import { generate } from '@graphql-codegen/cli';

const header = '// Made by `npm run generate` from graphql/schema.graphql and operations/; edit those.\n';

/** TypeScript types of the GraphQL contract: no run-time code, so type stripping can run them. Keys are paths relative to `contracts`. */
export async function graphqlTypes(contracts: string): Promise<Map<string, string>> {
  const files = (await generate(
    {
      cwd: contracts,
      silent: true,
      // Plugins are our dependencies, not those of `contracts`.
      pluginLoader: (name: string) => import(name),
      schema: join(contracts, 'graphql/schema.graphql'),
      config: {
        scalars: { JSON: 'unknown', DateTime: 'string', ID: 'string' },
        enumType: 'string-literal',
        enumsAsTypes: true,
        useTypeImports: true,
        skipTypename: true,
        immutableTypes: true,
        avoidOptionals: { field: true },
      },
      generates: {
        'src/generated/schema-types.ts': { plugins: ['typescript'] },
        // The documented texts in legacy/ stay byte for byte; one has no operation name, so no type can be named after it.
        'src/generated/operations.ts': {
          documents: join(contracts, 'operations/!(legacy)/**/*.graphql'),
          plugins: ['typescript-operations'],
        },
      },
    },
    false,
  )) as readonly { filename: string; content: string }[];
  return new Map(files.map(({ filename, content }) => [filename.replace(`${contracts}/`, ''), `${header}${content.trim()}\n`]));
}
