-- Up Migration

-- What must not be removed, whatever its age. A hold of a whole service has no release. No free text: the ticket says where the matter is.
CREATE TABLE holds (
  tenant text NOT NULL,
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  service text NOT NULL,
  release_id text,
  ticket text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL,
  lifted_by text,
  lifted_at timestamptz,
  PRIMARY KEY (tenant, id)
);
CREATE INDEX holds_in_force ON holds (tenant, service) WHERE lifted_at IS NULL;

-- What was removed: digests and ids alone. The ledger has an entry for each, over the digest of `body`.
CREATE TABLE removals (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  subject text NOT NULL,
  body json NOT NULL,
  removed_by text NOT NULL,
  removed_at timestamptz NOT NULL
);
CREATE INDEX removals_of_tenant ON removals (tenant, sequence DESC);

-- Down Migration

DROP TABLE removals;
DROP TABLE holds;
