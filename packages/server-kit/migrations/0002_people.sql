-- Up Migration

-- The only place that says who somebody is; everywhere else a person is a pseudonym, drawn once. Without the row nobody can tell any more.
CREATE TABLE people (
  pseudonym uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text NOT NULL,
  issuer text NOT NULL,
  subject text NOT NULL,
  name text,
  first_seen_at timestamptz NOT NULL,
  UNIQUE (tenant, issuer, subject)
);

-- Down Migration

DROP TABLE people;
