import { spawnSync } from 'node:child_process';
import { reportDigest, reportFile } from '@promotable/sdk-evidence';
import type { Operation } from '../harness/operation.ts';

interface HashOptions {
  readonly path: string;
}

/** The path that every reader's bytes go: chunks of the file, checked and hashed. */
export function reader({ path }: HashOptions): Operation {
  const once = () => reportDigest(reportFile(path));
  return {
    async run(count) {
      let last = '';
      for (let index = 0; index < count; index++) last = await once();
      return last;
    },
    answer: once,
  };
}

export function openssl({ path }: HashOptions): Operation {
  const once = (): string => {
    const { stdout, error } = spawnSync('openssl', ['dgst', '-sha256', '-r', path], { encoding: 'utf8' });
    if (error !== undefined) throw error;
    return stdout.slice(0, 64);
  };
  return {
    cpu: 'children',
    run(count) {
      let last = '';
      for (let index = 0; index < count; index++) last = once();
      return last;
    },
    answer: once,
  };
}
