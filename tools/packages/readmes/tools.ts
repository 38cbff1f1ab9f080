import { join } from 'node:path';

export const values = { '/absolute/path/of/migrations': join(process.env['REPOSITORY'] ?? '', 'packages/ledger/migrations') };
