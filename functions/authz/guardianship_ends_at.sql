-- authz.guardianship_ends_at: until when a guardian acts for a patient where nobody has said otherwise: the patient's 18th birthday, on the wall of the
-- clinic. It is kept nowhere, since who sees an account need not see a birth date. NULL as long as none is known. Where the law sets another age, or a court another end, whoever confirms the account says so.
create or replace function authz.guardianship_ends_at(organisation_id uuid, patient_id uuid)
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select (i.birth_date + interval '18 years') at time zone o.timezone
    from public.patient_identity as i
    join public.organisations as o on o.id = i.organisation_id
    where i.organisation_id = guardianship_ends_at.organisation_id
      and i.id = guardianship_ends_at.patient_id
  );
end
$$;
comment on function authz.guardianship_ends_at(uuid, uuid) is
  'The 18th birthday of a patient at their clinic; NULL without a birth date. [N-15]';
alter function authz.guardianship_ends_at(uuid, uuid) owner to cordon_definer;
revoke all on function authz.guardianship_ends_at(uuid, uuid) from public;
