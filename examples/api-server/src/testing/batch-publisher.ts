// A pipeline step as a process: publishes a folder of signed evidence and notes each receipt. Killed anywhere, its successor goes on where the notes end.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEvidenceEvents, createPublisher, parseSigned, tokenFromFile } from '@promotable/sdk-evidence';
import { openSqliteSpool, publishOrSpool, replay } from '@promotable/sdk-evidence/spool';

/** What the process gets as its only argument, as JSON. */
export interface BatchOrder {
  readonly url: string;
  readonly tokenFile: string;
  /** Folder with the signed files. */
  readonly evidence: string;
  readonly spool: string;
  /** Notes, one {@link Acknowledgement} a line. */
  readonly acknowledgements: string;
}

export interface Acknowledgement {
  readonly statementDigest: string;
  readonly ledgerSequence: string;
}

/** Reads the notes; a line cut short by a kill is one that was never acknowledged. */
export function readAcknowledgements(path: string): Acknowledgement[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Acknowledgement);
}

if (import.meta.main) await publishAll(JSON.parse(process.argv[2] ?? '') as BatchOrder);

async function publishAll({ url, tokenFile, evidence, spool: spoolFile, acknowledgements }: BatchOrder): Promise<void> {
  const events = createEvidenceEvents();
  events.on((event) => {
    if (event.type !== 'accepted' && event.type !== 'duplicate') return;
    const { statementDigest, receipt } = event;
    appendFileSync(acknowledgements, `${JSON.stringify({ statementDigest, ledgerSequence: receipt.ledgerSequence })}\n`);
    process.stdout.write(`${statementDigest}\n`);
  });
  const spool = await openSqliteSpool(spoolFile);
  const publisher = createPublisher({
    url,
    token: tokenFromFile(tokenFile),
    events,
    attempts: 3,
    totalMs: 15_000,
    backoff: { base: 20, max: 200 },
    breaker: { failures: 20, openMs: 50 },
  });
  const known = new Set([...readAcknowledgements(acknowledgements), ...(await spool.list())].map(({ statementDigest }) => statementDigest));
  const files = (await readdir(evidence)).sort();
  const worker = async (): Promise<void> => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      const signed = parseSigned(await readFile(join(evidence, file)));
      if (!known.has(signed.statementDigest)) await publishOrSpool(signed, { publisher, spool, events });
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  // A lease that outlived its holder ends by itself.
  while ((await replay({ spool, publisher, leaseMs: 20_000 })).remaining > 0) await new Promise((next) => setTimeout(next, 100));
  await spool.close();
}
