import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { canonicalize } from '@promotable/attest';
import type { Operation } from '../harness/operation.ts';
import { payloads, type Shape } from './canonical-json.payloads.ts';

export interface CanonicalOptions {
  readonly shape: Shape;
  /** Folder of the peers. */
  readonly peers: string;
}

export const ours = ({ shape }: CanonicalOptions): Operation => writing(shape, canonicalize);

export const stringify = ({ shape }: CanonicalOptions): Operation => writing(shape, JSON.stringify);

export async function library({ shape, peers }: CanonicalOptions): Promise<Operation> {
  const path = createRequire(join(peers, 'package.json')).resolve('canonicalize');
  const { default: write } = (await import(pathToFileURL(path).href)) as { default: (value: unknown) => string };
  return writing(shape, write);
}

function writing(shape: Shape, write: (value: unknown) => string): Operation {
  const values = payloads(shape);
  return {
    run(count) {
      let sum = 0;
      for (let index = 0; index < count; index++) {
        const text = write(values[index % values.length]);
        // Reading a character makes one flat text of what was joined lazily: whoever signs or stores it needs its bytes.
        sum += text.charCodeAt(text.length >> 1);
      }
      return sum;
    },
    answer: () => values.map(write),
  };
}
