-- authz.has_moved_on: whether anything was committed since a snapshot was taken. Where nothing was, nobody was put out, and what is dear to ask need not be
-- asked. VOLATILE on purpose: it asks in the newest snapshot, whichever its caller looks at.
create or replace function authz.has_moved_on(seen pg_snapshot)
  returns boolean
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
begin
  return seen::text <> pg_current_snapshot()::text;
end
$$;
comment on function authz.has_moved_on(pg_snapshot) is
  'Whether the newest snapshot is another than this one. [N-16]';
revoke all on function authz.has_moved_on(pg_snapshot) from public;
grant execute on function authz.has_moved_on(pg_snapshot) to cordon_definer;
