-- public.bent_access_records: audit.bent_access_records for whoever examines a clinic's log, or operations' auditor all of it. A record that was moved to
-- another clinic is told to that one; one that is gone is found by the seals.
create or replace function public.bent_access_records(since timestamptz, until timestamptz default null)
  returns table (occurred_at timestamptz, id uuid)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := audit.proof_scope();
begin
  return query
  select b.occurred_at, b.id
  from audit.bent_access_records(
    -- Of no time would be nothing, which reads as if nothing were bent.
    coalesce(bent_access_records.since, '-infinity'), coalesce(bent_access_records.until, 'infinity'), v_tenant
  ) as b;
end
$$;
comment on function public.bent_access_records(timestamptz, timestamptz) is
  'Records of the access log of [since, until) that are not what was signed: none, where nobody bent it. A clinic''s auditor or privacy officer asks of its own. 42501 for who is none of them, of operations or the server. [N-35]';
alter function public.bent_access_records(timestamptz, timestamptz) owner to cordon_definer;
revoke all on function public.bent_access_records(timestamptz, timestamptz) from public;
grant execute on function public.bent_access_records(timestamptz, timestamptz) to authenticated, internal_ops, service_role;
