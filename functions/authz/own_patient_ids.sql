-- authz.own_patient_ids: lets an index find the rows; authz.is_own_patient decides, since ids are unique only within
-- a tenant.
create or replace function authz.own_patient_ids()
  returns uuid[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(distinct a.patient_id)
      from authz.live_patient_accounts as a
      where a.user_id = authz.user_id()
    ),
    '{}'
  );
end
$$;
comment on function authz.own_patient_ids() is
  'Patients for whom the caller holds a live account, self or as guardian. [N-15]';
alter function authz.own_patient_ids() owner to cordon_definer;
revoke all on function authz.own_patient_ids() from public;
grant execute on function authz.own_patient_ids() to patient;
