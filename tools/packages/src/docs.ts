// `npm run docs`: writes the API reference of every package to reports/api; ends with 1 when something in it is undocumented.
import { join } from 'node:path';
import { apiReference } from './api-reference.ts';

const root = join(import.meta.dirname, '../../..');
const { warnings, write } = await apiReference(root);
for (const warning of warnings) process.stderr.write(`${warning}\n`);
await write(join(root, 'reports/api'));
process.stdout.write('reports/api/index.html\n');
if (warnings.length > 0) process.exitCode = 1;
