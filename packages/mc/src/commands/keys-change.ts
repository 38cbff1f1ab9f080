import { createPublicKey } from 'node:crypto';
import { resolve } from 'node:path';
import {
  AttestError,
  generateSigningKey,
  type KeySet,
  type KeyUse,
  keyUses,
  localSigner,
  parseStrictJson,
  payloadOf,
  parseBundle,
  publicKeyFromPem,
  renewedKeySet,
  resolveKey,
  signKeySet,
  verifyKeySet,
  withNextKey,
  withRevokedKey,
} from '@promotable/attest';
import { type Command, Option } from 'commander';
import { type Act, type Invocation, type Register, withExamples } from '../command.ts';
import { readText } from '../connection.ts';
import { durationMs } from '../duration.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { McError } from '../mc-error.ts';
import { writeWhole } from '../write-file.ts';

interface ChangeOptions {
  readonly keySet: string;
  readonly rootKey: string;
}

interface NextOptions extends ChangeOptions {
  readonly use: KeyUse;
  readonly replaces?: string;
  readonly publicKey?: string;
  readonly privateOut?: string;
  readonly lead?: string;
}

/** All of them work on files, where the root's private key is: on no server. */
export const registerKeyChanges = (parent: Parameters<Register>[0], act: Act): void => {
  const next = withKeySet(parent.command('next'))
    .description('publish the next key, seven days ahead; or with --replaces none a further one, such as another publisher’s, at once')
    .addOption(new Option('--use <use>', 'what it is to sign').choices(keyUses).makeOptionMandatory())
    .option('--replaces <key id>', 'the key that it takes over from, or none (default: the one in force for this use)')
    .option('--public-key <file>', 'public key (PEM) of a key that exists, such as one in a KMS')
    .option('--private-out <file>', 'makes a P-256 key and writes its private half here, readable by you alone')
    .option('--lead <duration>', 'how long it is published before it comes into force (default: 7d)');
  withExamples(next, [
    'mc keys next --use decision --key-set keys/keyset.json --root-key root.pem --private-out keys/decision.next.pem',
    'mc keys next --use evidence --replaces none --public-key ci.pub --key-set keys/keyset.json --root-key root.pem',
  ]);
  act<NextOptions>(next, publishNext);
  const revoke = withKeySet(parent.command('revoke').argument('<key id>', 'the key, as `mc keys list` shows it')).description(
    'revoke a key, for whatever it ever signed; the next one published takes over at once',
  );
  withExamples(revoke, ['mc keys revoke SHA256:… --key-set keys/keyset.json --root-key root.pem']);
  act<ChangeOptions>(revoke, (invocation) =>
    change(invocation, async (keySet, now) => withRevokedKey(keySet, { now, keyId: invocation.args[0] ?? '' })),
  );
  const renew = withKeySet(parent.command('renew')).description('sign the key set anew, for seven more days');
  withExamples(renew, ['mc keys renew --key-set keys/keyset.json --root-key root.pem']);
  act<ChangeOptions>(renew, (invocation) => change(invocation, async (keySet, now) => renewedKeySet(keySet, { now })));
};

function withKeySet(command: Command): Command {
  return command
    .requiredOption('--key-set <file>', 'the signed key set; it is replaced by the next version')
    .requiredOption('--root-key <file>', 'private key (PKCS8 PEM) of the root');
}

function publishNext(invocation: Invocation<NextOptions>): Promise<ExitCode> {
  const { io, options } = invocation;
  if ((options.publicKey === undefined) === (options.privateOut === undefined))
    throw new McError('USAGE', 'Give either --public-key or --private-out.');
  return change(invocation, async (keySet, now) => {
    const { use } = options;
    const replaces = options.replaces === 'none' ? null : (options.replaces ?? inForce(keySet, use, now));
    const made = options.privateOut === undefined ? null : generateSigningKey('ecdsa-p256');
    const pem = made?.publicKeyPem ?? (await readText(resolve(io.cwd, options.publicKey ?? ''), 'the public key'));
    const lead = options.lead === undefined ? {} : { leadMs: durationMs('--lead', options.lead) };
    const next = withNextKey(keySet, publicKeyFromPem(pem), { now, use, replaces, ...lead });
    // Before the key set: a key that is published and lost could sign nothing.
    if (made !== null) await writeWhole(resolve(io.cwd, options.privateOut ?? ''), made.privateKeyPem, 0o600);
    return next;
  });
}

function inForce(keySet: KeySet, use: KeyUse, at: number): string {
  const trusted = keySet.keys.filter((entry) => entry.use === use && resolveKey(keySet, entry.keyId, { use, at }).status === 'trusted');
  const [only] = trusted;
  if (only === undefined || trusted.length > 1)
    throw new McError('USAGE', `${trusted.length} keys are in force for the use ${use}; name the one with --replaces, or none.`);
  return only.keyId;
}

async function change(
  { io, options, json }: Invocation<ChangeOptions>,
  changed: (keySet: KeySet, now: number) => Promise<KeySet>,
): Promise<ExitCode> {
  const rootPem = await readText(resolve(io.cwd, options.rootKey), 'the root’s private key');
  const root = localSigner(rootPem);
  const path = resolve(io.cwd, options.keySet);
  const keySet = believed(
    io,
    await readText(path, 'the key set'),
    createPublicKey(rootPem).export({ type: 'spki', format: 'pem' }).toString(),
  );
  const next = await changed(keySet, io.clock.now());
  await writeWhole(path, `${JSON.stringify(await signKeySet(next, root))}\n`);
  const before = new Map(keySet.keys.map((entry) => [entry.keyId, JSON.stringify(entry)]));
  const differing = next.keys.filter((entry) => before.get(entry.keyId) !== JSON.stringify(entry));
  const result = { file: options.keySet, version: next.version, expiresAt: next.expiresAt, changed: differing };
  if (json) io.stdout(`${JSON.stringify(result, null, 2)}\n`);
  else {
    io.stdout(`${options.keySet}: version ${next.version}, to be renewed before ${next.expiresAt}\n`);
    for (const { keyId, use, notBefore, notAfter, revokedAt } of differing)
      io.stdout(`  ${keyId} ${use}: ${revokedAt === null ? `from ${notBefore} until ${notAfter}` : `revoked at ${revokedAt}`}\n`);
  }
  return exitCodes.pass;
}

/** One that has expired is the very one to renew; anything else the root did not sign. */
function believed(io: Io, text: string, rootPublicKey: string): KeySet {
  const bundle = parseBundle(text);
  try {
    return verifyKeySet(bundle, { rootPublicKeys: [rootPublicKey], now: io.clock.now() });
  } catch (error) {
    if (!(error instanceof AttestError) || error.code !== 'KEY_SET_EXPIRED') throw error;
    const { predicate } = parseStrictJson(payloadOf(bundle)) as { predicate: { expiresAt: string } };
    return verifyKeySet(bundle, { rootPublicKeys: [rootPublicKey], now: Date.parse(predicate.expiresAt) - 1 });
  }
}
