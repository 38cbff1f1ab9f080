-- Up Migration

-- One row per release: its lock, and the artifacts it consists of.
CREATE TABLE evidence.releases (
  tenant text NOT NULL,
  service text NOT NULL,
  release_id text NOT NULL,
  -- sha256:…, sorted; empty until a build record fixes it
  digests text[] NOT NULL DEFAULT '{}',
  rebuild_revision integer NOT NULL DEFAULT 0 CHECK (rebuild_revision >= 0),
  PRIMARY KEY (tenant, service, release_id)
);

-- Written once. The two unique keys are the arbiters of duplicates.
CREATE TABLE evidence.records (
  tenant text NOT NULL,
  statement_digest text NOT NULL CHECK (statement_digest ~ '^[0-9a-f]{64}$'),
  idempotency_key text NOT NULL CHECK (length(idempotency_key) BETWEEN 1 AND 128),
  id text NOT NULL,
  service text NOT NULL,
  release_id text NOT NULL,
  -- NULL for build records, which count in every environment
  environment text,
  checkpoint text,
  signed boolean NOT NULL,
  received_at timestamptz NOT NULL,
  -- Of the ledger entry; NULL only inside the transaction that has not appended it yet.
  ingest_sequence bigint UNIQUE,
  digests text[] NOT NULL,
  key_id text,
  trust_policy_digest text CHECK (trust_policy_digest ~ '^[0-9a-f]{64}$'),
  -- json, not jsonb: a signed value comes back as it was, \u0000 included.
  predicate json,
  bundle json,
  claims json,
  PRIMARY KEY (tenant, statement_digest),
  UNIQUE (tenant, idempotency_key),
  FOREIGN KEY (tenant, service, release_id) REFERENCES evidence.releases,
  CHECK (CASE WHEN signed THEN num_nulls(key_id, trust_policy_digest, predicate, bundle, checkpoint) = 0 AND claims IS NULL
              ELSE num_nonnulls(key_id, trust_policy_digest, predicate, bundle) = 0 AND claims IS NOT NULL END)
);
CREATE INDEX records_of_release ON evidence.records (tenant, service, release_id, ingest_sequence DESC);

-- Statements refused because their signer was not trusted: that they came, nothing of what they say.
CREATE TABLE evidence.untrusted (
  tenant text NOT NULL,
  service text NOT NULL,
  release_id text NOT NULL,
  statement_digest text NOT NULL CHECK (statement_digest ~ '^[0-9a-f]{64}$'),
  PRIMARY KEY (tenant, service, release_id, statement_digest)
);

-- Down Migration

DROP TABLE evidence.untrusted;
DROP TABLE evidence.records;
DROP TABLE evidence.releases;
