-- Up Migration

-- Policies by digest: each one used is kept, so that a decision can be replayed when nobody runs that policy any more.
CREATE TABLE policies (
  digest char(64) PRIMARY KEY,
  entrypoint text NOT NULL,
  layer text NOT NULL,
  data json NOT NULL,
  wasm bytea NOT NULL,
  kept_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE active_policy (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  digest char(64) NOT NULL REFERENCES policies,
  revision integer NOT NULL CHECK (revision >= 1),
  activated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE stage_starts (
  tenant text NOT NULL,
  service text NOT NULL,
  release_id text NOT NULL,
  environment text NOT NULL,
  stage text NOT NULL,
  -- '' = none was sent
  pod_template_hash text NOT NULL,
  started_at timestamptz NOT NULL,
  PRIMARY KEY (tenant, service, release_id, environment, stage, pod_template_hash)
);

-- Appended, never updated. The key (subject, revision) is the arbiter between two writers; the latest row of a question is its answer.
CREATE TABLE decisions (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id uuid NOT NULL UNIQUE,
  tenant text NOT NULL,
  service text NOT NULL,
  release_id text NOT NULL,
  environment text NOT NULL,
  stage text NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  question_digest char(64) NOT NULL,
  fingerprint char(64) NOT NULL,
  verdict text NOT NULL CHECK (verdict IN ('pass', 'fail', 'hold')),
  held_since timestamptz,
  policy_digest char(64) NOT NULL REFERENCES policies,
  decision json NOT NULL,
  bundle json NOT NULL,
  facts json NOT NULL,
  UNIQUE (tenant, service, release_id, environment, stage, revision)
);
CREATE INDEX decisions_by_question ON decisions (tenant, service, release_id, environment, stage, question_digest, revision DESC);
CREATE INDEX passes_by_stage ON decisions (tenant, service, environment, stage, sequence DESC) WHERE verdict = 'pass';

CREATE TABLE standings (
  tenant text NOT NULL,
  service text NOT NULL,
  environment text NOT NULL,
  revision integer NOT NULL CHECK (revision >= 1),
  standing json NOT NULL,
  PRIMARY KEY (tenant, service, environment)
);

-- Down Migration

DROP TABLE standings;
DROP TABLE decisions;
DROP TABLE stage_starts;
DROP TABLE active_policy;
DROP TABLE policies;
