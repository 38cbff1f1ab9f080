// Both halves of the package against each other, over real HTTP: what the client sends is what the receiver takes.
import { localSigner, generateSigningKey, type Signer } from '@promotable/attest';
import { isCodedError } from '@promotable/contracts';
import { createMemoryLedger, memoryTransactor } from '@promotable/ledger';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildEvidence } from './build/build-evidence.ts';
import { signEvidence } from './build/write-signed.ts';
import { createPublisher } from './publish/publisher.ts';
import { json, type Reply, refusal, scriptedServer } from './scripted-server.ts';
import { memoryEvidenceStore } from './server/memory-store.ts';
import { createEvidenceReceiver } from './server/receive.ts';
import { fixedClock, principal, startedAt, trustedKey, trustOf } from './server/sample-evidence.ts';
import { openDirectorySpool } from './spool/directory-spool.ts';
import { publishOrSpool } from './spool/publish-or-spool.ts';
import { replay } from './spool/replay.ts';

const release = { tenant: 'acme', service: 'checkout', releaseId: 'r1' };

function desk() {
  const store = memoryEvidenceStore();
  let trusted = [trustedKey];
  const receiver = createEvidenceReceiver({
    store,
    transactor: memoryTransactor(),
    ledger: createMemoryLedger(),
    clock: fixedClock(),
    trust: () => trustOf(...trusted),
  });
  /** The receiver behind the wire shape of DESIGN: data, or errors with code, faults and receipt. */
  const reply: Reply = (request, response) => {
    const { variables } = JSON.parse(request.body) as { variables: { input: unknown } };
    receiver.receive(principal(), variables.input).then(
      (publishEvidence) => json(200, { data: { publishEvidence } })(request, response),
      (error: unknown) => {
        const { status, code, faults, receipt, message } = isCodedError(error)
          ? error
          : { status: 500, code: 'INTERNAL', faults: [], receipt: undefined, message: String(error) };
        refusal(status, code, { faults, ...(receipt === undefined ? {} : { receipt }) }, {}, message)(request, response);
      },
    );
  };
  const trust = (...keys: typeof trusted) => {
    trusted = keys;
  };
  return { store, reply, trust };
}

function evidenceOf(attempt: number, signer: Signer = localSigner(trustedKey.privateKeyPem), sha256 = 'a'.repeat(64)) {
  const statement = buildEvidence(
    { ...release, artifacts: [{ name: 'checkout.tgz', sha256 }], run: { provider: 'ci', id: 'run-1', attempt } },
    { clock: { now: () => startedAt } },
  );
  return signEvidence(statement, signer);
}

const publisherTo = (url: string) => createPublisher({ url, token: async () => 'test-token', random: () => 0 });

it('is accepted once; 200 concurrent publishes of one file are one record and 199 duplicates', async () => {
  const { store, reply } = desk();
  await using server = await scriptedServer(reply);
  const publisher = publisherTo(server.url);
  const evidence = await evidenceOf(1);
  const outcomes = await Promise.all(Array.from({ length: 200 }, async () => (await publisher.publish(evidence)).outcome));
  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'duplicate')).toHaveLength(199);
  expect((await store.records(release, 200)).map(({ statementDigest }) => statementDigest)).toEqual([evidence.statementDigest]);
});

it('is a conflict when its key stands for another statement, or its digest for another build', async () => {
  await using server = await scriptedServer(desk().reply);
  const publisher = publisherTo(server.url);
  await publisher.publish(await evidenceOf(1), { idempotencyKey: 'deploy-7' });
  expect(await publisher.publish(await evidenceOf(1), { idempotencyKey: 'deploy-7' })).toMatchObject({
    outcome: 'duplicate',
    receipt: { idempotencyKey: 'deploy-7' },
  });
  await expect(publisher.publish(await evidenceOf(2), { idempotencyKey: 'deploy-7' })).rejects.toMatchObject({
    code: 'IDEMPOTENCY_CONFLICT',
    retryable: false,
  });
  await expect(publisher.publish(await evidenceOf(3, undefined, 'b'.repeat(64)))).rejects.toMatchObject({
    code: 'RELEASE_DIGEST_CONFLICT',
    retryable: false,
  });
});

it('waits in the spool until its signer is trusted, and arrives once then', async () => {
  const { store, reply, trust } = desk();
  trust();
  await using server = await scriptedServer(reply);
  const directory = await mkdtemp(join(tmpdir(), 'spool-'));
  const [spool, publisher] = [await openDirectorySpool(directory), publisherTo(server.url)];
  const evidence = await evidenceOf(1);
  expect(await publishOrSpool(evidence, { publisher, spool })).toMatchObject({
    outcome: 'spooled',
    error: { code: 'SIGNATURE_UNTRUSTED' },
  });
  expect(await replay({ spool, publisher })).toMatchObject({ accepted: 0, remaining: 1, refused: 0 });
  trust(trustedKey);
  const replays = await Promise.all([replay({ spool, publisher }), replay({ spool, publisher })]);
  expect(replays.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1);
  expect(await publishOrSpool(evidence, { publisher, spool })).toMatchObject({ outcome: 'duplicate' });
  expect((await store.records(release, 10)).map(({ statementDigest }) => statementDigest)).toEqual([evidence.statementDigest]);
  await rm(directory, { recursive: true });
});

it("keeps evidence of a stranger's key out, and in the spool", async () => {
  const { store, reply } = desk();
  await using server = await scriptedServer(reply);
  const evidence = await evidenceOf(1, localSigner(generateSigningKey('ecdsa-p256').privateKeyPem));
  await expect(publisherTo(server.url).publish(evidence)).rejects.toMatchObject({ code: 'SIGNATURE_UNTRUSTED', retryable: true });
  expect(await store.records(release, 10)).toEqual([]);
});
