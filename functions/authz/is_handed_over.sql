-- authz.is_handed_over: whether operations hold a row: by its case, by a case of its patient, by one of whoever lies in the bed. What
-- tells of health takes the patient's consent to the handoff as well.
create or replace function authz.is_handed_over(kind text, organisation_id uuid, id uuid)
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case kind
    when 'case' then exists (
      select
      from authz.handed_over_cases as h
      where h.organisation_id = is_handed_over.organisation_id
        and h.id = is_handed_over.id
    )
    when 'bed' then exists (
      select
      from public.admissions as a
      join authz.handed_over_cases as h on h.organisation_id = a.organisation_id and h.id = a.case_id
      where a.organisation_id = is_handed_over.organisation_id
        and a.bed_id = is_handed_over.id
        and a.status = 'admitted'
        and a.archived_at is null
    )
    when 'patient' then exists (
      select
      from authz.handed_over_cases as h
      where h.organisation_id = is_handed_over.organisation_id
        and h.patient_id = is_handed_over.id
    )
    when 'consenting_patient' then exists (
      select
      from authz.handed_over_cases as h
      join public.consents as c on c.organisation_id = h.organisation_id and c.patient_id = h.patient_id
      where h.organisation_id = is_handed_over.organisation_id
        and h.patient_id = is_handed_over.id
        and c.purpose = 'ops_handoff'
        and c.status = 'active'
        and c.archived_at is null
        and least(c.expires_at, c.superseded_at, 'infinity') > authz.now()
    )
    else false
  end;
end
$$;
comment on function authz.is_handed_over(text, uuid, uuid) is
  'Whether a case, a patient, a consenting_patient or a bed of an organisation is linked to a case that operations hold. [N-45, S-29]';
alter function authz.is_handed_over(text, uuid, uuid) owner to cordon_definer;
revoke all on function authz.is_handed_over(text, uuid, uuid) from public;
grant execute on function authz.is_handed_over(text, uuid, uuid) to internal_ops;
