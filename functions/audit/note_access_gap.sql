-- audit.note_access_gap: a stretch of the WAL that nobody will ever read, written down, and the drain set behind it.
create or replace function audit.note_access_gap(
  slot_name text, system_identifier text, from_position pg_lsn, to_position pg_lsn, cause text
)
  returns void
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  insert into audit.access_log_exceptions (kind, slot_name, from_lsn, to_lsn, cause)
  values ('gap', note_access_gap.slot_name, from_position::text, to_position::text, note_access_gap.cause);
  perform audit.take_access_records(note_access_gap.slot_name, note_access_gap.system_identifier, '{}', '{}', to_position);
end
$$;
comment on function audit.note_access_gap(text, text, pg_lsn, pg_lsn, text) is
  'Records that the log misses what the WAL held between two positions, and goes on behind it. [N-35]';
alter function audit.note_access_gap(text, text, pg_lsn, pg_lsn, text) owner to cordon_definer;
revoke all on function audit.note_access_gap(text, text, pg_lsn, pg_lsn, text) from public;
