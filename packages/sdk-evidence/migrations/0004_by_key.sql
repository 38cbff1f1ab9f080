-- Up Migration

-- What rests on a key, before and after it is revoked.
CREATE INDEX records_by_key ON evidence.records (tenant, key_id, ingest_sequence DESC) WHERE key_id IS NOT NULL;

-- Down Migration

DROP INDEX evidence.records_by_key;
