-- authz.refuses_emergency: a patient's explicit refusal, the one thing beside the tenant that no emergency bypasses. It ends when the patient takes
-- it back or on the day that the consent names, and not with a new text of the purpose: a clinic that publishes one would end refusals.
create or replace function authz.refuses_emergency(organisation_id uuid, patient_id uuid, user_id uuid)
  returns boolean
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.access_restrictions as r
    where r.organisation_id = refuses_emergency.organisation_id
      and r.patient_id = refuses_emergency.patient_id
      and (r.restricted_user_id is null or r.restricted_user_id = refuses_emergency.user_id)
      and r.lifted_at is null
      and r.archived_at is null
  ) or exists (
    select
    from public.consents as c
    where c.organisation_id = refuses_emergency.organisation_id
      and c.patient_id = refuses_emergency.patient_id
      and c.status = 'active'
      and not c.break_glass_allowed
      and coalesce(c.expires_at, 'infinity') > authz.now()
      and c.archived_at is null
  );
end
$$;
comment on function authz.refuses_emergency(uuid, uuid, uuid) is
  'Whether a patient refuses emergency access by this user: by a restriction in force or an active consent that excludes it and has not expired. [N-18]';
alter function authz.refuses_emergency(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.refuses_emergency(uuid, uuid, uuid) from public;
