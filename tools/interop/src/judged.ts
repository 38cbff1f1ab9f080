// All verifiers over all kinds of tampering with one document; foreign tools run once for all of them.
import { isCodedError } from '@promotable/contracts';
import { generateSigningKey, publicKeyFromPem, verifyBundle } from '@promotable/attest';
import { verifyForeignStatement } from '@promotable/attest/foreign';
import { CaseDirectory } from './case-directory.ts';
import { selfSignedCertificate } from './certificate.ts';
import type { Document } from './genuine.ts';
import { equivalents } from './tampering/equivalents.ts';
import { kinds } from './tampering/kinds.ts';
import { type ForeignTool, foreignTools, type Kind } from './tampering/tamper.ts';
import { cosignTool } from './tools/cosign.ts';
import { opensslTool } from './tools/openssl.ts';
import { securesystemslibTool } from './tools/securesystemslib.ts';
import { sigstoreTool } from './tools/sigstore.ts';
import type { Tool, ToolVerdict } from './tools/tool.ts';

const tools: Readonly<Record<ForeignTool, Tool>> = {
  cosign: cosignTool,
  securesystemslib: securesystemslibTool,
  '@sigstore/verify': sigstoreTool,
  openssl: opensslTool,
};

export interface Judged {
  readonly text: string;
  /** `VERIFIED`, or the code of the refusal. */
  readonly ours: string;
  /** The same by the reader of foreign bundles. */
  readonly foreign: string;
  readonly others: Readonly<Record<ForeignTool, ToolVerdict>>;
}

export interface JudgedDocument {
  readonly genuine: Judged;
  /** Only the kinds that the key's algorithm allows. */
  readonly tampered: ReadonlyMap<Kind, Judged>;
}

export async function judged(document: Document): Promise<JudgedDocument> {
  const key = generateSigningKey(document.key.algorithm);
  const stranger = { key, certificate: await selfSignedCertificate(key) };
  const possible = [...kinds, ...equivalents].filter(({ ecdsaAlone = false }) => !ecdsaAlone || key.algorithm === 'ecdsa-p256');
  const [genuine, ...tampered] = await judgeTexts(document, [
    JSON.stringify(document.bundle),
    ...possible.map(({ tamper }) => tamper(document, stranger)),
  ]);
  if (genuine === undefined) throw new TypeError('every text is judged');
  return {
    genuine,
    tampered: new Map(possible.flatMap((kind, index) => (tampered[index] === undefined ? [] : [[kind, tampered[index]]]))),
  };
}

async function judgeTexts(document: Document, texts: readonly string[]): Promise<Judged[]> {
  using directory = new CaseDirectory();
  const cases = texts.map((text) => directory.add(document, text));
  const verdicts = await Promise.all(foreignTools.map(async (tool) => [tool, await tools[tool](cases)] as const));
  const own = publicKeyFromPem(document.key.publicKeyPem);
  return texts.map((text, index) => ({
    text,
    ours: codeOf(() => verifyBundle(text, (keyId) => (keyId === own.keyId ? own : null))),
    foreign: codeOf(() => verifyForeignStatement(text, { keys: [own], blob: document.blob })),
    others: Object.fromEntries(verdicts.map(([tool, all]) => [tool, all[index] ?? unjudged(tool)])) as Judged['others'],
  }));
}

function codeOf(verify: () => unknown): string {
  try {
    verify();
    return 'VERIFIED';
  } catch (error) {
    if (isCodedError(error)) return error.code;
    throw error;
  }
}

function unjudged(tool: ForeignTool): never {
  throw new Error(`${tool} did not judge every case`);
}
