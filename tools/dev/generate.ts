// `node --conditions=@promotable/source tools/dev/generate.ts [--check]`: everything in packages/contracts that is made from something else there.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drift, write } from './generate/drift.ts';
import { graphqlTypes } from './generate/graphql-types.ts';
import { jsonSchemas } from './generate/json-schemas.ts';
import { persistedManifest } from './generate/persisted-manifest.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const contracts = join(import.meta.dirname, '../../packages/contracts');
const wanted = new Map([...(await graphqlTypes(contracts)), ...(await persistedManifest(contracts)), ...jsonSchemas()]);

const faults = drift(contracts, wanted);
if (!values.check) write(contracts, wanted);
for (const fault of faults)
  process.stderr.write(
    `packages/contracts/${fault}${values.check ? ': run npm run generate and commit the result' : ', now up to date'}\n`,
  );
process.stderr.write(`${wanted.size} generated files, ${faults.length} differed\n`);
if (values.check && faults.length > 0) process.exitCode = 1;
