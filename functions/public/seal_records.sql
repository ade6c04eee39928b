-- public.seal_records: seals what was recorded since the last time, table by table, in one transaction. Two at once take turns, and where nothing
-- is new nothing is written.
create or replace function public.seal_records()
  returns setof jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_table_name text;
  v_seal jsonb;
begin
  perform audit.require_auditor();
  -- On an older snapshot, what was committed before the table was closed could be missed.
  perform authz.require_read_committed();
  for v_table_name in select audit.sealed_tables() loop
    v_seal := audit.seal_table(v_table_name);
    if v_seal is not null then
      return next v_seal;
    end if;
  end loop;
end
$$;
comment on function public.seal_records() is
  'Seals every append-only record that no seal holds yet; returns the seals. 42501 for who is neither auditor nor server, CD007 above READ COMMITTED, CD018 while somebody writes, CD019 where the trail is bent. [S-20]';
alter function public.seal_records() owner to cordon_definer;
revoke all on function public.seal_records() from public;
grant execute on function public.seal_records() to internal_ops, service_role;
