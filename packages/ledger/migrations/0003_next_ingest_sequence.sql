-- Up Migration

-- Whoever writes a record together with its entry takes the sequence first, so that the record is written once.
create function ledger.next_ingest_sequence() returns bigint language sql volatile as $$
  select nextval(pg_get_serial_sequence('ledger.entry', 'ingest_sequence'))
$$;

-- Down Migration

drop function ledger.next_ingest_sequence();
