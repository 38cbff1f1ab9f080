// Reads the files that ship beside this package's code: `../data`, `../bundle`, from `src` and from `dist` alike.
import { readFileSync } from 'node:fs';
import { PoliciesError } from './policies-error.ts';

/** Bytes of a shipped file, by its path inside the package. @throws {PoliciesError} `BUNDLE_UNREADABLE` */
export function bundleBytes(path: string): Uint8Array {
  try {
    return readFileSync(new URL(`../${path}`, import.meta.url));
  } catch (cause) {
    throw new PoliciesError('BUNDLE_UNREADABLE', `the policy bundle lacks ${path}: install the package again`, { cause });
  }
}

/** A shipped JSON file, trusted to be of its type: it is generated and drift-checked. @throws {PoliciesError} `BUNDLE_UNREADABLE` */
export function bundleJson<Shape>(path: string): Shape {
  const bytes = bundleBytes(path);
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as Shape;
  } catch (cause) {
    throw new PoliciesError('BUNDLE_UNREADABLE', `${path} is not JSON: install the package again`, { cause });
  }
}
