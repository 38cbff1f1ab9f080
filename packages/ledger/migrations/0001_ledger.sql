-- Up Migration

-- RFC 9562 version 7, so that a later epoch is also the greater one.
create function ledger.uuid_v7() returns uuid language sql volatile as $$
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;

-- Incarnations of this ledger; the last one is current.
create table ledger.epoch (
  ordinal bigint generated always as identity primary key,
  epoch uuid not null unique
);
insert into ledger.epoch (epoch) values (ledger.uuid_v7());

-- Everything that is hashed is kept as text or integer: what is read back is what was hashed, byte for byte.
create table ledger.entry (
  ingest_sequence bigint generated always as identity primary key,
  tenant text not null,
  stream text not null,
  type text not null,
  subject text not null,
  body_digest text not null check (body_digest ~ '^[0-9a-f]{64}$'),
  actor text not null,
  at text not null check (at ~ '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$'),
  position bigint check (position >= 1),
  previous_hash text check (previous_hash ~ '^[0-9a-f]{64}$'),
  hash text check (hash ~ '^[0-9a-f]{64}$'),
  check (num_nulls(position, previous_hash, hash) in (0, 3)),
  unique (tenant, stream, position)
);
create index entry_unsealed on ledger.entry (tenant, stream, ingest_sequence) where position is null;

create table ledger.checkpoint (
  tenant text not null,
  stream text not null,
  position bigint not null check (position >= 1),
  bundle jsonb not null,
  primary key (tenant, stream, position)
);

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'ledger.% is append-only: % refused', tg_table_name, tg_op using errcode = 'insufficient_privilege';
end $$;

-- An entry arrives without a position, and gets position and hashes once.
create function ledger.guard_entry() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if num_nonnulls(new.position, new.previous_hash, new.hash) > 0 then
      raise exception 'ledger.entry: only the sequencer gives positions' using errcode = 'insufficient_privilege';
    end if;
    return new;
  end if;
  if old.position is null and new.position is not null
    and (new.ingest_sequence, new.tenant, new.stream, new.type, new.subject, new.body_digest, new.actor, new.at)
      = (old.ingest_sequence, old.tenant, old.stream, old.type, old.subject, old.body_digest, old.actor, old.at) then
    return new;
  end if;
  raise exception 'ledger.entry is append-only: UPDATE refused' using errcode = 'insufficient_privilege';
end $$;

create trigger guard before insert or update on ledger.entry for each row execute function ledger.guard_entry();
create trigger keep before delete on ledger.entry for each row execute function ledger.refuse_change();
create trigger keep_all before truncate on ledger.entry for each statement execute function ledger.refuse_change();
create trigger keep before update or delete on ledger.checkpoint for each row execute function ledger.refuse_change();
create trigger keep_all before truncate on ledger.checkpoint for each statement execute function ledger.refuse_change();
create trigger keep before update or delete on ledger.epoch for each row execute function ledger.refuse_change();
create trigger keep_all before truncate on ledger.epoch for each statement execute function ledger.refuse_change();

-- Down Migration

drop table ledger.checkpoint;
drop table ledger.entry;
drop table ledger.epoch;
drop function ledger.guard_entry();
drop function ledger.refuse_change();
drop function ledger.uuid_v7();
