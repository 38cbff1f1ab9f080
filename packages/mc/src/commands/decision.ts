import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { KeyResolver, KeySet } from '@promotable/attest';
import type { DecisionRecord } from '@promotable/contracts';
import { type Act, type Invocation, type Register, withConnection, withExamples } from '../command.ts';
import { connect, type ConnectionOptions, readText } from '../connection.ts';
import { decisionFiles, writeDecisionFiles } from '../decision-files.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { McError } from '../mc-error.ts';
import { getFromMc, jsonOf } from '../mc-request.ts';
import { renderExplanation } from '../render/explanation.ts';
import { type KeyOptions, verifiedKeys, type VerifiedKeys } from '../trusted-keys.ts';

interface DecisionOptions extends ConnectionOptions, KeyOptions {
  readonly out?: string;
  readonly shadow?: boolean;
}

export const registerDecision: Register = (decision, act) => {
  registerVerify(decision, act);
  registerExplain(decision, act);
  registerExport(decision, act);
};

const subject = 'id of a decision, a file or folder that `mc decision export` wrote';

const registerVerify = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('verify').argument('<decision>', subject))
    .description('check signature, subjects and digests of a decision; exit code 0 means genuine and enforced, whatever the verdict')
    .option('--shadow', 'accept a decision made in shadow, on which nobody may act')
    .option('--keys <file>', 'signed key set, to work offline (default: keys.json in the folder)');
  withExamples(command, ['mc decision verify exported/ --root root.pub', 'mc decision verify 0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10']);
  act<DecisionOptions>(command, async (invocation) => {
    const { record, keys } = await load(invocation);
    const { openRecord } = await import('@promotable/gate');
    const { decision } = openRecord(record, keys);
    const { id, verdict, mode, evaluatedAt, validUntil, policyDigest, digests } = decision;
    if (mode !== 'enforced' && invocation.options.shadow !== true)
      throw new McError(
        'SHADOW_DECISION',
        `Decision ${id} is genuine and was made in shadow: it lets nothing pass. --shadow shows it all the same.`,
      );
    invocation.io.stdout(
      invocation.json
        ? `${JSON.stringify({ verified: true, decision }, null, 2)}\n`
        : `genuine: decision ${id}, ${verdict}${mode === 'shadow' ? ' in shadow' : ''} at ${evaluatedAt}${validUntil === null ? '' : `, valid until ${validUntil}`}\n  policy ${policyDigest}\n${digests.map((digest) => `  digest ${digest}\n`).join('')}`,
    );
    return exitCodes.pass;
  });
};

const registerExplain = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('explain').argument('<decision>', subject))
    .description(
      'say why, what changed since the last pass and what to do next; then make the decision again from its own policy and compare',
    )
    .option('--keys <file>', 'signed key set, to work offline (default: keys.json in the folder)');
  withExamples(command, [
    'mc decision explain 0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10',
    'mc decision explain exported/ --root root.pub --json',
  ]);
  act<DecisionOptions>(command, async (invocation) => {
    const { record, keys } = await load(invocation);
    const [{ explainDecision }, { replayPolicy }] = await Promise.all([import('@promotable/gate'), import('../replay-policy.ts')]);
    const explanation = await explainDecision(record, { keys, loadPolicy: replayPolicy });
    invocation.io.stdout(invocation.json ? `${JSON.stringify(explanation, null, 2)}\n` : renderExplanation(explanation));
    return explanation.replayed === 'equal' ? exitCodeOf(explanation.verdict) : exitCodes.hold;
  });
};

const registerExport = (parent: Parameters<Register>[0], act: Act): void => {
  const command = withConnection(parent.command('export').argument('<decision>', 'id of a decision'))
    .description('write a decision with its facts, its policy and the signed key set, and the files that `openssl` needs')
    .option('--out <dir>', 'where to', 'decision');
  withExamples(command, ['mc decision export 0f8e4c1e-5f5c-4d52-9a63-0d6b3f1f7a10 --out exported']);
  act<DecisionOptions>(command, async ({ io, options, json, args }) => {
    const { listedKeys } = await import('@promotable/attest');
    const connection = await connect(io, 'reader', options);
    const record = await recordFromMc({ io, options }, args[0] ?? '');
    const { bundle, keySet } = await verifiedKeys(io, options, async () => connection);
    await requireAsked(record, listedKeys(keySet, 'decision'), args[0] ?? '');
    const folder = resolve(io.cwd, options.out ?? 'decision');
    const openssl = await writeDecisionFiles(folder, record, bundle, keySet);
    io.stdout(
      json
        ? `${JSON.stringify({ folder, files: Object.values(decisionFiles), openssl }, null, 2)}\n`
        : `${folder}: ${Object.values(decisionFiles).join(', ')}\ncheck it without us:\n  ${openssl}\n`,
    );
    return exitCodes.pass;
  });
};

interface Loaded {
  readonly record: unknown;
  readonly keys: KeyResolver;
}

async function load({ io, options, args }: Invocation<DecisionOptions>): Promise<Loaded> {
  const { listedKeys, parseStrictJson } = await import('@promotable/attest');
  const subject = args[0] ?? '';
  const files = await filesOf(resolve(io.cwd, subject));
  let keys: VerifiedKeys;
  let record: unknown;
  if (files === null) {
    record = await recordFromMc({ io, options }, subject);
    keys = await verifiedKeys(io, options, () => connect(io, 'reader', options));
    await requireAsked(record, listedKeys(keys.keySet, 'decision'), subject);
  } else {
    keys = await verifiedKeys(io, { ...options, keys: options.keys ?? files.keys }, null);
    const text = await readText(files.record, 'the decision');
    try {
      record = parseStrictJson(text);
    } catch (cause) {
      throw new McError('USAGE', `${files.record} is no JSON.`, { cause });
    }
  }
  const listed = listedKeys(keys.keySet, 'decision');
  const { openRecord } = await import('@promotable/gate');
  const { decision } = openRecord(record, listed);
  await requireTrusted(keys.keySet, (record as DecisionRecord).bundle.verificationMaterial.publicKey.hint, decision.evaluatedAt);
  return { record, keys: listed };
}

/** A key that was revoked proves nothing that it ever signed; one that has retired since proves what it signed in its time. */
async function requireTrusted(keySet: KeySet, keyId: string, evaluatedAt: string): Promise<void> {
  const { resolveKey } = await import('@promotable/attest');
  const { status } = resolveKey(keySet, keyId, { use: 'decision', at: Date.parse(evaluatedAt) });
  if (status === 'trusted') return;
  const why = status === 'revoked' ? 'is revoked' : `was ${status} at ${evaluatedAt}`;
  throw new McError('KEY_NOT_TRUSTED', `The decision is signed by ${keyId}, which ${why}.`, { status: 403 });
}

/** MC, or whoever answers for it, must not hand out another genuine decision. Throws what is wrong with the record itself, too. */
async function requireAsked(record: unknown, keys: KeyResolver, id: string): Promise<void> {
  const { openRecord } = await import('@promotable/gate');
  const { decision } = openRecord(record, keys);
  if (decision.id !== id) throw new McError('MC_REFUSED', `MC answered with the decision ${decision.id}, not ${id}.`, { status: 502 });
}

async function filesOf(path: string): Promise<{ record: string; keys: string | undefined } | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  return found.isDirectory()
    ? { record: join(path, decisionFiles.record), keys: join(path, decisionFiles.keys) }
    : { record: path, keys: undefined };
}

async function recordFromMc({ io, options }: Pick<Invocation<DecisionOptions>, 'io' | 'options'>, id: string): Promise<DecisionRecord> {
  if (!/^[0-9a-f-]{36}$/.test(id)) throw new McError('USAGE', `"${id}" is neither the id of a decision nor a file or folder here.`);
  const connection = await connect(io, 'reader', options);
  return jsonOf(await getFromMc(io, connection, `/v1/decisions/${id}`)) as DecisionRecord;
}
