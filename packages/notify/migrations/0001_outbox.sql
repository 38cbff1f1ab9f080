-- Up Migration

-- Messages to be told. Written in the transaction of what they tell of; a lease keeps replicas from telling the same twice at once.
CREATE TABLE outbox (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text NOT NULL,
  id text NOT NULL,
  topic text NOT NULL,
  kind text NOT NULL,
  notification json NOT NULL,
  created_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  lease uuid,
  leased_until timestamptz,
  settled_at timestamptz,
  -- Null unless it was given up.
  failure text,
  UNIQUE (channel, id)
);
CREATE INDEX outbox_waiting ON outbox (channel, due_at) WHERE settled_at IS NULL;
CREATE INDEX outbox_topics ON outbox (topic, channel, sequence) WHERE settled_at IS NULL;
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;

-- Down Migration

DROP TABLE outbox;
