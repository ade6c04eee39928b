-- authz.tg__patient_status_kept: rows of a statement follow or precede every change of their patients, each locked once. Whoever changed one
-- meanwhile did not see the new rows: they are computed again. After the policy has spoken, so that nobody waits for a stranger's lock.
-- Argument: the column that names the patient.
create or replace function authz.tg__patient_status_kept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant text := tg_argv[0];
  v_has_changed boolean;
begin
  -- Asked where it would refuse: a query less for everybody else.
  if current_setting('transaction_isolation') <> 'read committed' then
    perform authz.require_read_committed() from changed as c limit 1;
  end if;
  -- What was waited for is compared as the lock found it.
  if v_key = 'id' then
    v_has_changed := bool_or(l.has_changed)
    from (
      select c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end as has_changed
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.id
      order by p.organisation_id, p.id
      for no key update of p
    ) as l;
  else
    v_has_changed := bool_or(l.has_changed)
    from (
      select c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end as has_changed
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.patient_id
      order by p.organisation_id, p.id
      for no key update of p
    ) as l;
  end if;
  if v_has_changed then
    execute format(
      'update %I.%I as t set patient_status = null from changed as c where t.organisation_id = c.organisation_id and t.id = c.id',
      tg_table_schema, tg_table_name
    );
  end if;
  return null;
end
$$;
comment on function authz.tg__patient_status_kept() is
  'Locks the patients of new rows, and computes their status again where one changed meanwhile; CD007 above READ COMMITTED. [N-27]';
alter function authz.tg__patient_status_kept() owner to cordon_definer;
revoke all on function authz.tg__patient_status_kept() from public;
