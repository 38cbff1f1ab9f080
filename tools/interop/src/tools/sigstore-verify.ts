// A program: gets cases as JSON on standard input, verifies each with @sigstore/verify, answers verdicts on standard output.
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, type TrustMaterial, Verifier } from '@sigstore/verify';
import { type Case, caseFiles, type ToolVerdict } from './tool.ts';

/** No authority and no log: one key under its id, and nothing else is trusted. */
function trustIn(keyId: string, pem: string): TrustMaterial {
  const publicKey = createPublicKey(pem);
  return {
    certificateAuthorities: [],
    timestampAuthorities: [],
    tlogs: [],
    ctlogs: [],
    publicKey(hint) {
      if (hint !== keyId) throw new Error(`no key has the hint ${hint}`);
      return { publicKey, validFor: () => true };
    },
  };
}

function judge({ directory, keyId }: Case): ToolVerdict {
  try {
    const bundle = bundleFromJSON(JSON.parse(readFileSync(join(directory, caseFiles.bundle), 'utf8')));
    const trust = trustIn(keyId, readFileSync(join(directory, caseFiles.key), 'utf8'));
    const thresholds = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
    new Verifier(trust, thresholds).verify(toSignedEntity(bundle, readFileSync(join(directory, caseFiles.blob))));
  } catch (refusal) {
    return { accepted: false, says: String(refusal) };
  }
  return { accepted: true, says: 'verified' };
}

const cases = JSON.parse(readFileSync(0, 'utf8')) as Case[];
process.stdout.write(JSON.stringify(cases.map(judge)));
