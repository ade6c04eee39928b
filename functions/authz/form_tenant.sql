-- authz.form_tenant: where a form stands that the caller may sign or witness: staff in their current organisation, a patient wherever the
-- form is theirs, or where they have chosen, since ids are unique within a tenant only. At a clinic that is closed nothing is signed any more.
create or replace function authz.form_tenant(form_id uuid)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_tenant uuid;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := authz.organisation_for('{doctor,nurse,assistant,receptionist}', '{}');
  end if;
  if authz.own_session_id() is null or (not v_is_patient and v_tenant is null) then
    raise exception 'forms are not yours to sign or to witness'
      using errcode = 'insufficient_privilege',
        hint = 'The patient signs on the portal, or before staff who may witness it; signed in with a session.';
  end if;
  begin
    select f.organisation_id
      into strict v_tenant
      from public.signed_forms as f
     where f.id = form_tenant.form_id
       and case
         when v_is_patient then
           authz.is_own_patient(f.organisation_id, f.patient_id)
           and f.organisation_id = coalesce(v_caller.organisation_id, f.organisation_id)
         else f.organisation_id = v_tenant
       end
       and f.patient_status = 'active'
       and f.archived_at is null
       and exists (select from public.organisations as o where o.id = f.organisation_id and o.archived_at is null);
  exception
    when no_data_found or too_many_rows then
      raise exception 'form not found'
        using errcode = 'CD010', hint = 'Name a form of the current organisation; on the portal, one of your own.';
  end;
  return v_tenant;
end
$$;
comment on function authz.form_tenant(uuid) is
  'Organisation of a form that the caller may sign or witness. 42501 for who may do neither, CD010 for one that is not theirs. [S-04, S-31]';
alter function authz.form_tenant(uuid) owner to cordon_definer;
revoke all on function authz.form_tenant(uuid) from public;
