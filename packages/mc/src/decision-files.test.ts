import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { opensslLine } from './decision-files.ts';

it.each(['/tmp/exported', '/Users/Ann B/it is "hers"', "/tmp/o'clock; touch $(x)"])(
  'names files below %s so that a shell reads the path back',
  (folder) => {
    const line = opensslLine(folder, 'ecdsa-p256').replace(/^openssl/, 'printf "%s\\n"');
    expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' }).trimEnd().split('\n')).toEqual([
      'dgst',
      '-sha256',
      '-verify',
      `${folder}/decision.pub`,
      '-signature',
      `${folder}/decision.sig`,
      `${folder}/decision.pae`,
    ]);
  },
);
