import { decide, digest, mcData, publishBuild, writeReports } from './release.ts';
import { copyFileSync, symlinkSync } from 'node:fs';

writeReports();
copyFileSync('bom.json', 'released.cdx.json');
symlinkSync(mcData, '.promotable');
await publishBuild('explained');
const { id } = await decide('explained');

export const values = { '0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10': id, 'sha256:…': digest, '--wait 10m': '--wait 1s' };

/** There is no window of a canary, so what is asked about it is a hold. */
export const exits = { 'mc gate rollout': 3, 'mc decision explain': 3 };
