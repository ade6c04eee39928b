-- public.access_log_exceptions: where the access log has holes, and what did not belong there, for whoever examines it. The holes are of the deployment:
-- what is lost, nobody can say of whom it was.
create or replace function public.access_log_exceptions(since timestamptz default '-infinity')
  returns table (noticed_at timestamptz, kind text, from_lsn text, to_lsn text, records bigint, cause text)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  perform audit.proof_scope();
  return query
  select e.noticed_at, e.kind, e.from_lsn, e.to_lsn, e.records, e.cause
  from audit.access_log_exceptions as e
  where e.noticed_at >= coalesce(access_log_exceptions.since, '-infinity')
  order by e.noticed_at, e.id;
end
$$;
comment on function public.access_log_exceptions(timestamptz) is
  'Stretches of the WAL whose records the access log lacks, and messages that were not genuine, noticed since then. 42501 for who is neither auditor nor privacy officer, of operations or the server. [N-35]';
alter function public.access_log_exceptions(timestamptz) owner to cordon_definer;
revoke all on function public.access_log_exceptions(timestamptz) from public;
grant execute on function public.access_log_exceptions(timestamptz) to authenticated, internal_ops, service_role;
