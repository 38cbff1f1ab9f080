-- Up Migration

-- Whoever holds a record finds its place in the log by what was entered of it.
create index entry_by_body on ledger.entry (tenant, stream, body_digest);

-- Down Migration

drop index ledger.entry_by_body;
