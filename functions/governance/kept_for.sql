-- governance.kept_for: how long an organisation keeps data of a class: the law's floor, or what it promised, whichever is longer.
create or replace function governance.kept_for(organisation_id uuid, retention text)
  returns interval
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select greatest(r.keep, (
      select make_interval(months => e.keep_months)
      from public.retention_extensions as e
      where e.organisation_id = o.id
        and e.retention = r.retention
        and e.archived_at is null
    ))
    from public.organisations as o
    join governance.retention_rules as r on r.regime = o.regime
    where o.id = kept_for.organisation_id
      and r.retention = kept_for.retention
  );
end
$$;
comment on function governance.kept_for(uuid, text) is
  'How long an organisation keeps data of a retention class: the longer of the law and its own promise. [N-38, N-49]';
revoke all on function governance.kept_for(uuid, text) from public;
