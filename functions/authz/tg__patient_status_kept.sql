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
  if not exists (select from changed) then
    return null;
  end if;
  perform authz.require_read_committed();
  if v_key = 'id' then
    perform
    from public.patients as p
    where (p.organisation_id, p.id) in (select c.organisation_id, c.id from changed as c)
    order by p.organisation_id, p.id
    for no key update;
    v_has_changed := exists (
      select
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.id
      where c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end
    );
  else
    perform
    from public.patients as p
    where (p.organisation_id, p.id) in (select c.organisation_id, c.patient_id from changed as c)
    order by p.organisation_id, p.id
    for no key update;
    v_has_changed := exists (
      select
      from changed as c
      join public.patients as p on p.organisation_id = c.organisation_id and p.id = c.patient_id
      where c.patient_status is distinct from case when p.archived_at is null then p.status else 'archived' end
    );
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
