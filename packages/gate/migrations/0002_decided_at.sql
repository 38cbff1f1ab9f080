-- Up Migration

-- RFC 3339 in UTC with milliseconds, as every decision states it, so its order as text is its order in time.
ALTER TABLE decisions ADD COLUMN evaluated_at text COLLATE "C" GENERATED ALWAYS AS (decision ->> 'evaluatedAt') STORED;

-- Down Migration

ALTER TABLE decisions DROP COLUMN evaluated_at;
