-- Up Migration

-- W3C traceparent of the request that brought the record, so that a decision can link to it; NULL where there was none.
ALTER TABLE evidence.records ADD COLUMN traceparent text CHECK (traceparent ~ '^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$');

-- Down Migration

ALTER TABLE evidence.records DROP COLUMN traceparent;
