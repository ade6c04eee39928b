-- governance.bury: writes down what was destroyed; ids and digests, no content. Keys stand there where the table is sealed: its leaves outlive
-- the rows, and who verifies them can tell what was destroyed from what was stolen.
create or replace function governance.bury(
  organisation_id uuid, cause text, cause_id uuid, relation text, column_name text, record_keys text[], by text
)
  returns void
  language plpgsql
  volatile
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform set_config('app.pinned_organisation_id', bury.organisation_id::text, true);
  insert into governance.tombstones (
    organisation_id, cause, cause_id, relation, column_name, row_count, keys_sha256, record_keys, destroyed_at, destroyed_by
  )
  values (
    bury.organisation_id, bury.cause, bury.cause_id, bury.relation, bury.column_name, cardinality(bury.record_keys),
    authz.digest(array_to_string(bury.record_keys, E'\n')),
    case when bury.column_name is null and bury.relation in (select audit.sealed_tables()) then bury.record_keys end,
    clock_timestamp(), bury.by
  );
end
$$;
comment on function governance.bury(uuid, text, uuid, text, text, text[], text) is
  'Writes a tombstone for the rows with these keys. [N-49]';
revoke all on function governance.bury(uuid, text, uuid, text, text, text[], text) from public;
