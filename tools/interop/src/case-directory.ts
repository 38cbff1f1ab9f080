import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Document } from './genuine.ts';
import { type Case, caseFiles } from './tools/tool.ts';

/** A temporary directory with one folder per case, gone at its disposal. */
export class CaseDirectory implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'promotable-interop-'));
  #count = 0;

  /** Writes what a stranger has: the text of a bundle, the public key of the genuine document, and the bytes it is about. */
  add({ key, blob, predicateType }: Document, bundle: string): Case {
    this.#count += 1;
    const directory = join(this.path, String(this.#count));
    mkdirSync(directory);
    writeFileSync(join(directory, caseFiles.bundle), bundle);
    writeFileSync(join(directory, caseFiles.key), key.publicKeyPem);
    writeFileSync(join(directory, caseFiles.blob), blob);
    return { directory, predicateType, keyId: key.keyId };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
