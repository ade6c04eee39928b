-- authz.treatment_consent_until: the moment up to which a patient's consent to treatment holds; the one definition
-- behind every treatment_consent_until. A consent without expiry holds until it is withdrawn.
create or replace function authz.treatment_consent_until(organisation_id uuid, patient_id uuid)
  returns timestamptz
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select max(least(c.expires_at, c.superseded_at, 'infinity'))
    from public.consents as c
    where c.organisation_id = treatment_consent_until.organisation_id
      and c.patient_id = treatment_consent_until.patient_id
      and c.purpose = 'treatment'
      and c.status = 'active'
      and c.archived_at is null
  );
end
$$;
comment on function authz.treatment_consent_until(uuid, uuid) is
  'Until when active consents to treatment hold, NULL without one. [N-45]';
alter function authz.treatment_consent_until(uuid, uuid) owner to cordon_definer;
revoke all on function authz.treatment_consent_until(uuid, uuid) from public;
