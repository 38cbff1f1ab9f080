-- Up Migration

-- Statements that a publisher said it holds back in its spool: that they will come, nothing of what they say.
CREATE TABLE evidence.spooled (
  tenant text NOT NULL,
  service text NOT NULL,
  release_id text NOT NULL,
  statement_digest text NOT NULL CHECK (statement_digest ~ '^[0-9a-f]{64}$'),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, service, release_id, statement_digest)
);

-- Down Migration

DROP TABLE evidence.spooled;
