// Every statement of the adapter; parameters only.

const stored = 'ingest_sequence, tenant, stream, type, subject, body_digest, actor, at';

/** Arrays of one length; of sequences there may be none, then each entry takes the next one, in this order. */
export const insertEntries = `
  insert into ledger.entry (tenant, stream, type, subject, body_digest, actor, at, ingest_sequence) overriding system value
  select tenant, stream, type, subject, body_digest, actor, at, coalesce(taken, ledger.next_ingest_sequence())
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[])
    with ordinality as e (tenant, stream, type, subject, body_digest, actor, at, taken, ordinal)
  order by ordinal
  returning ingest_sequence`;

export const selectReceipts = `
  select ingest_sequence, position, hash from ledger.entry
  where ingest_sequence = any($3::bigint[]) and tenant = $1 and stream = $2 order by ingest_sequence`;

export const selectReceiptsByBody = `
  select ingest_sequence, position, hash, body_digest from ledger.entry
  where tenant = $1 and stream = $2 and body_digest = any($3::text[]) order by ingest_sequence`;

export const selectEntries = `
  select ${stored}, position, previous_hash, hash from ledger.entry
  where tenant = $1 and stream = $2 and position > $3 order by position limit $4`;

export const selectCheckpoints = `
  select position, bundle from ledger.checkpoint where tenant = $1 and stream = $2 and position > $3 order by position limit $4`;

export const selectEpoch = `select epoch from ledger.epoch order by ordinal desc limit 1`;

export const insertEpoch = `insert into ledger.epoch (epoch) values ($1)`;

/** One statement, so one snapshot: an entry sealed meanwhile is counted once, as waiting or by its position. */
export const selectHead = `
  select waiting.unsealed, last.position, last.hash
  from (select count(*) as unsealed from ledger.entry where tenant = $1 and stream = $2 and position is null) as waiting
  left join (
    select position, hash from ledger.entry where tenant = $1 and stream = $2 and position is not null order by position desc limit 1
  ) as last on true`;

export const selectUnsealedStreams = `
  select tenant, stream from ledger.entry where position is null group by tenant, stream order by min(ingest_sequence) limit $1`;

/** Held to the end of the transaction; the key is a hash, so two streams may rarely share a lock: they then take turns. */
export const lockStream = `select pg_try_advisory_xact_lock(hashtextextended('ledger:' || $1 || '/' || $2, 0)) as locked`;

/** Never "behind a cursor": a sequence number may become visible after a greater one. */
export const selectUnsealed = `
  select ${stored} from ledger.entry where tenant = $1 and stream = $2 and position is null order by ingest_sequence limit $3`;

export const placeEntries = `
  update ledger.entry e set position = p.position, previous_hash = p.previous_hash, hash = p.hash
  from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[]) as p (ingest_sequence, position, previous_hash, hash)
  where e.ingest_sequence = p.ingest_sequence and e.position is null`;

/** One may be left over at this position where entries alone were lost; it stays for verification to name, and never stops the sequencer. */
export const insertCheckpoint = `
  insert into ledger.checkpoint (tenant, stream, position, bundle) values ($1, $2, $3, $4) on conflict do nothing`;
