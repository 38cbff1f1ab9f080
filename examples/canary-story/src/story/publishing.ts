// The publisher of the story: signs once, publishes under deadline, spools, replays, and reads back what MC has.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { localSigner } from '@promotable/attest';
import type { Statement } from '@promotable/contracts';
import manifest from '@promotable/contracts/operations/manifest.json' with { type: 'json' };
import { createPublisher, type Published, type SignedEvidence, tokenFromFile, writeSigned } from '@promotable/sdk-evidence';
import { openDirectorySpool, publishOrSpool, type PublishedOrSpooled, replay, type Replayed } from '@promotable/sdk-evidence/spool';
import { z } from 'zod';
import { StoryError } from '../story-error.ts';
import type { LocalConnection } from './local-connection.ts';
import { service, type StorySettings } from './settings.ts';

export interface PublishingOptions {
  readonly connection: LocalConnection;
  /** Folder for signed evidence. */
  readonly evidence: string;
  readonly settings: StorySettings;
  readonly signal: AbortSignal;
}

export interface Publishing {
  /** Signs into `<name>.json`, once. */
  sign(name: string, statement: Statement): Promise<SignedEvidence>;
  /** @throws EvidenceError */
  publish(evidence: SignedEvidence): Promise<Published>;
  publishOrSpool(evidence: SignedEvidence): Promise<PublishedOrSpooled>;
  /** Sends what waits in the spool. */
  replay(): Promise<Replayed>;
  /** How many rows MC has of this statement. @throws StoryError `MC_ANSWER_INVALID` */
  rows(evidence: SignedEvidence): Promise<number>;
}

const Rows = z.object({ data: z.object({ releaseEvidence: z.array(z.object({ receipt: z.object({ statementDigest: z.string() }) })) }) });

export async function createPublishing({ connection, evidence: folder, settings, signal }: PublishingOptions): Promise<Publishing> {
  const signer = localSigner(await readFile(connection.signingKey, 'utf8'));
  const spool = await openDirectorySpool(connection.spool, { maxAgeMs: settings.spoolMaxAgeMs, maxBytes: settings.spoolMaxBytes });
  const publisher = createPublisher({
    url: connection.url,
    token: tokenFromFile(connection.tokens.publisher),
    attempts: settings.publisherAttempts,
    attemptMs: settings.publisherAttemptTimeoutMs,
    totalMs: settings.publisherTotalMs,
    backoff: { base: settings.publisherBackoffMinMs, max: settings.publisherBackoffMaxMs },
    breaker: { failures: settings.breakerFailures, openMs: settings.breakerOpenMs },
  });
  return {
    sign: (name, statement) => writeSigned(statement, { path: join(folder, `${name}.json`), signer, signal }),
    publish: (evidence) => publisher.publish(evidence, { signal }),
    publishOrSpool: (evidence) => publishOrSpool(evidence, { publisher, spool, signal }),
    replay: () => replay({ spool, publisher, signal }),
    async rows({ statementDigest, predicate }) {
      const [id = ''] =
        Object.entries(manifest as Record<string, string>).find(([, text]) => text.startsWith('query ReleaseEvidence(')) ?? [];
      const variables = encodeURIComponent(JSON.stringify({ service, releaseId: predicate.releaseId, first: 50 }));
      const authorization = `Bearer ${(await readFile(connection.tokens.reader, 'utf8')).trim()}`;
      const response = await fetch(`${connection.url}/graphql?id=${id}&variables=${variables}`, { headers: { authorization }, signal });
      const answer = Rows.safeParse(await response.json());
      if (!answer.success) throw new StoryError('MC_ANSWER_INVALID', `MC answered ${response.status} with no list of evidence`);
      return answer.data.data.releaseEvidence.filter(({ receipt }) => receipt.statementDigest === statementDigest).length;
    },
  };
}
