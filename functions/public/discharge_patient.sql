-- public.discharge_patient: the end of a stay; its bed goes to cleaning. Invoker: the caller's own rules decide.
create or replace function public.discharge_patient(admission_id uuid, disposition text)
  returns timestamptz
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_discharged_at timestamptz;
begin
  update public.admissions as a
     set status = 'discharged',
         disposition = discharge_patient.disposition
   where a.id = admission_id
     and a.status <> 'discharged'
  returning a.discharged_at into v_discharged_at;
  if v_discharged_at is null and exists (select from public.admissions as a where a.id = admission_id) then
    raise exception 'the stay has ended already'
      using errcode = 'CD013', hint = 'A discharge is said once; a wrong disposition is corrected on the admission itself.';
  end if;
  if v_discharged_at is null then
    raise exception 'admission not found'
      using errcode = 'CD010', hint = 'Name an admission of the current organisation.';
  end if;
  return v_discharged_at;
end
$$;
comment on function public.discharge_patient(uuid, text) is
  'Discharges a patient (home, transferred, left_against_advice, deceased, other); returns when. CD010 for an admission that is not the organisation''s, CD013 for one that is not active. [S-17, S-18]';
revoke all on function public.discharge_patient(uuid, text) from public;
grant execute on function public.discharge_patient(uuid, text) to authenticated;
