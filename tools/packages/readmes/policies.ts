import { decide, publishBuild, writeReports } from './release.ts';

writeReports();
await publishBuild('facts-of-policies');

/** What a decision of Mission Control was made from. */
export const { facts } = (await decide('facts-of-policies')).record;
