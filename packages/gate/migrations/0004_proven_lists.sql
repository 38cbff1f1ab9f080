-- Up Migration

-- The list in force of each environment, signed; one revision follows the other.
CREATE TABLE proven_lists (
  tenant text NOT NULL,
  service text NOT NULL,
  environment text NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  fingerprint char(64) NOT NULL,
  issued_at timestamptz NOT NULL,
  bundle json NOT NULL,
  PRIMARY KEY (tenant, service, environment)
);

-- Down Migration

DROP TABLE proven_lists;
