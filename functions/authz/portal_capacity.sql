-- authz.portal_capacity: as whom a login acts for a patient, by the words of a signature: what the portal account says that the clinic confirmed, and
-- not what whoever signs says of themselves.
create or replace function authz.portal_capacity(organisation_id uuid, patient_id uuid, user_id uuid)
  returns text
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case a.relationship when 'self' then 'patient' when 'guardian' then 'guardian' else 'representative' end
    from authz.live_patient_accounts as a
    where a.organisation_id = portal_capacity.organisation_id
      and a.patient_id = portal_capacity.patient_id
      and a.user_id = portal_capacity.user_id
  );
end
$$;
comment on function authz.portal_capacity(uuid, uuid, uuid) is
  'As whom a login acts for a patient on the portal now: patient, guardian, representative; NULL without a live account. [N-15, N-45, S-31]';
alter function authz.portal_capacity(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.portal_capacity(uuid, uuid, uuid) from public;
