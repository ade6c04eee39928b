-- authz.tg_patient_identity__of_age: a guardian's account that ended on a patient's 18th birthday is over for good: a younger birth date, or none, would
-- bring it back, by the hand of whoever keeps addresses, where prolonging one takes a second clinic_admin. Whoever puts a date right has it revoked first.
create or replace function authz.tg_patient_identity__of_age()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- By the birth date that still stands: the row is not written yet.
  v_ended_at constant timestamptz := authz.guardianship_ends_at(new.organisation_id, new.id);
  -- In the last place on earth.
  v_would_end_at constant timestamptz := (new.birth_date + interval '18 years 1 day') at time zone 'UTC';
begin
  if coalesce(v_ended_at, 'infinity') > authz.now() or v_would_end_at <= authz.now() or authz.is_system() then
    return new;
  end if;
  if exists (
    select
    from public.patient_accounts as a
    where a.organisation_id = new.organisation_id
      and a.patient_id = new.id
      and a.relationship = 'guardian'
      and a.confirmed_at is not null
      and a.revoked_at is null
      and a.archived_at is null
      and a.ends_at is null
  ) then
    raise exception 'a guardian''s account that is over would open again'
      using errcode = 'CD013', hint = 'Have a clinic_admin revoke it, put the birth date right, and link the guardian again.';
  end if;
  return new;
end
$$;
comment on function authz.tg_patient_identity__of_age() is
  'Refuses (CD013) a birth date, or none, by which a guardian''s account that has ended would open again. The server puts dates right. [N-12, N-15]';
alter function authz.tg_patient_identity__of_age() owner to cordon_definer;
revoke all on function authz.tg_patient_identity__of_age() from public;
