// `node --conditions=@promotable/source tools/dev/generate.ts [--check]`: everything committed that is made from something else in this repository.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { publicNameFiles } from '@promotable/packages';
import { layerPresets, reasonCatalog, settingCatalog } from '@promotable/policies';
import { drift, write } from './generate/drift.ts';
import { graphqlTypes } from './generate/graphql-types.ts';
import { jsonSchemas } from './generate/json-schemas.ts';
import { persistedManifest } from './generate/persisted-manifest.ts';
import { reasonCodes } from './generate/reason-codes.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const root = join(import.meta.dirname, '../..');
const contracts = join(root, 'packages/contracts');
const reasons = reasonCodes({ reasons: reasonCatalog, settings: settingCatalog, standard: layerPresets.standard });

/** Folder → path below it → content. */
const generated = {
  'packages/contracts': new Map([...(await graphqlTypes(contracts)), ...(await persistedManifest(contracts)), ...jsonSchemas()]),
  docs: new Map([['reason-codes.md', reasons]]),
  '.': publicNameFiles(root),
};

let count = 0;
let differed = 0;
for (const [folder, wanted] of Object.entries(generated)) {
  const faults = drift(join(root, folder), wanted);
  if (!values.check) write(join(root, folder), wanted);
  const advice = values.check ? ': run npm run generate and commit the result' : ', now up to date';
  for (const fault of faults) process.stderr.write(`${folder}/${fault}${advice}\n`);
  count += wanted.size;
  differed += faults.length;
}
process.stderr.write(`${count} generated files, ${differed} differed\n`);
if (values.check && differed > 0) process.exitCode = 1;
