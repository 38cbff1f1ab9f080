import { symlinkSync } from 'node:fs';
import { decide, mcData, publishBuild, writeReports } from './release.ts';

writeReports();
symlinkSync(mcData, '.promotable');
await publishBuild('exported');
const { id } = await decide('exported');

export const values = { 'npm run --silent mc --': 'mc', '<id>': id };

/** There is no window of a canary, so the decision is a hold. */
export const exits = { 'mc decision explain': 3 };
