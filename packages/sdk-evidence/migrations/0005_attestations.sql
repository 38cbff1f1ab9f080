-- Up Migration

-- What another tool signed: its predicate type; its text lies in `bundle`, which is json and keeps every byte. NULL for our own bundles.
ALTER TABLE evidence.records ADD COLUMN predicate_type text CHECK (length(predicate_type) BETWEEN 1 AND 512);

-- Down Migration

ALTER TABLE evidence.records DROP COLUMN predicate_type;
