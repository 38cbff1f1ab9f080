import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pae } from '../tampering/tamper.ts';
import { runOffline } from './offline.ts';
import { type Case, caseFiles, type Tool, type ToolVerdict } from './tool.ts';

/** `openssl`, given the signature and the bytes that DSSE says it is over; it sees neither envelope nor frame. */
export const opensslTool: Tool = (cases) => Promise.all(cases.map(judge));

async function judge({ directory }: Case): Promise<ToolVerdict> {
  const key = readFileSync(join(directory, caseFiles.key), 'utf8');
  try {
    const bundle = JSON.parse(readFileSync(join(directory, caseFiles.bundle), 'utf8')) as Partial<Extract>;
    const { payload = '', payloadType = '', signatures = [] } = bundle.dsseEnvelope ?? {};
    writeFileSync(join(directory, 'signed'), pae(payloadType, Buffer.from(payload, 'base64')));
    writeFileSync(join(directory, 'signature'), Buffer.from(signatures[0]?.sig ?? '', 'base64'));
  } catch (error) {
    return { accepted: false, says: String(error) };
  }
  // An Ed25519 key in SPKI is 44 bytes long.
  const isEdwards = Buffer.from(key.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64').length === 44;
  const args = isEdwards
    ? ['pkeyutl', '-verify', '-pubin', '-inkey', caseFiles.key, '-rawin', '-in', 'signed', '-sigfile', 'signature']
    : ['dgst', '-sha256', '-verify', caseFiles.key, '-signature', 'signature', 'signed'];
  const outcome = await runOffline('openssl', args, { cwd: directory });
  if (outcome.code === 127) throw new Error(outcome.stderr);
  return { accepted: outcome.code === 0, says: (outcome.stdout + outcome.stderr).trim() };
}

interface Extract {
  readonly dsseEnvelope: {
    readonly payload?: string;
    readonly payloadType?: string;
    readonly signatures?: readonly { readonly sig?: string }[];
  };
}
