-- Up Migration

-- Waivers and overrides. `record` is the whole of it; the columns are what is looked up and compared. What was done to one is in the ledger too.
CREATE TABLE exceptions (
  tenant text NOT NULL,
  id text NOT NULL COLLATE "C",
  revision integer NOT NULL CHECK (revision >= 1),
  kind text NOT NULL CHECK (kind IN ('waiver', 'override', 'break_glass')),
  service text NOT NULL,
  environment text NOT NULL,
  digests text[] NOT NULL,
  requested_at timestamptz NOT NULL,
  issued_at timestamptz,
  -- The earlier of its expiry and its revocation.
  ends_at timestamptz NOT NULL,
  awaits_countersign boolean NOT NULL,
  idempotency_key text,
  record json NOT NULL,
  PRIMARY KEY (tenant, id),
  UNIQUE (tenant, idempotency_key)
);
CREATE INDEX exceptions_by_place ON exceptions (tenant, service, environment, ends_at DESC);
CREATE INDEX exceptions_to_countersign ON exceptions (tenant, service, environment, issued_at) WHERE awaits_countersign;
CREATE INDEX exceptions_by_request ON exceptions (tenant, requested_at DESC);

-- Down Migration

DROP TABLE exceptions;
