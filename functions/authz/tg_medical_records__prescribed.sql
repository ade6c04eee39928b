-- authz.tg_medical_records__prescribed: what is prescribed, and how a stay is summed up at its end, is a doctor's to write: a nurse writes neither, and no
-- version that would take the place of one.
create or replace function authz.tg_medical_records__prescribed()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.is_system() or authz.organisation_for('{doctor}', '{}') = new.organisation_id then
    return new;
  end if;
  if new.record_type in ('prescription', 'discharge_summary')
    or exists (
      select
      from public.medical_records as r
      where r.organisation_id = new.organisation_id
        and r.id = new.supersedes_id
        and r.record_type in ('prescription', 'discharge_summary')
    )
  then
    raise exception 'a prescription or discharge summary is a doctor''s to write'
      using errcode = 'insufficient_privilege', hint = 'Record an observation, and have a doctor prescribe.';
  end if;
  return new;
end
$$;
comment on function authz.tg_medical_records__prescribed() is
  'Refuses with 42501 a prescription or discharge summary, or a version of one, of who is no doctor there. [N-02, N-21]';
alter function authz.tg_medical_records__prescribed() owner to cordon_definer;
revoke all on function authz.tg_medical_records__prescribed() from public;
