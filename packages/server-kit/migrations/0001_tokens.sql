-- Up Migration

-- Tokens that were issued: what they may do and who asked for them. Of a token itself there is its SHA-256 alone.
CREATE TABLE tokens (
  id uuid PRIMARY KEY,
  tenant text NOT NULL,
  name text NOT NULL,
  digest text NOT NULL UNIQUE CHECK (digest ~ '^[0-9a-f]{64}$'),
  services text[] NOT NULL,
  scopes text[] NOT NULL,
  issued_by text NOT NULL,
  issued_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  revoked_at timestamptz,
  revoked_by text
);
CREATE INDEX tokens_by_tenant ON tokens (tenant, expires_at DESC);

-- What each token did, by hour and operation: written in batches, so that a read stays a read.
CREATE TABLE token_uses (
  token_id uuid NOT NULL REFERENCES tokens (id) ON DELETE CASCADE,
  hour timestamptz NOT NULL,
  operation text NOT NULL,
  uses bigint NOT NULL,
  refused bigint NOT NULL,
  first_used_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  PRIMARY KEY (token_id, hour, operation)
);

-- Down Migration

DROP TABLE token_uses;
DROP TABLE tokens;
