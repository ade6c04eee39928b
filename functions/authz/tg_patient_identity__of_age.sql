-- authz.tg_patient_identity__of_age: a birth date that is put right, or taken away, lets no guardian act for longer, by the hand of whoever keeps
-- addresses, where prolonging an account takes a second clinic_admin: each account keeps the end that it had. Only then is that end written down, since
-- who sees an account need not see a birth date. Nothing is refused, and an earlier birth date ends it earlier: by itself, or, where an end is written
-- down that no birthday had passed, by that end. One that a clinic_admin set for later than the birthday is theirs, and one of whom no birth date was
-- known may be. What is not confirmed yet has no end to keep: whoever confirms it does so by the birth date that they find.
create or replace function authz.tg_patient_identity__of_age()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  -- By the birth date that still stands: the row is not written yet.
  v_ends_at constant timestamptz := authz.guardianship_ends_at(new.organisation_id, new.id);
  v_would_end_at timestamptz;
begin
  if coalesce(new.birth_date, 'infinity') > old.birth_date then
    -- Whoever confirms one at this moment is waited for: they go by the birth date that still stands.
    perform
    from public.patient_accounts as a
    where a.organisation_id = new.organisation_id
      and a.patient_id = new.id
    for no key update;
    update public.patient_accounts as a
       set ends_at = v_ends_at
     where a.organisation_id = new.organisation_id
       and a.patient_id = new.id
       and a.relationship = 'guardian'
       and a.confirmed_at is not null
       and a.revoked_at is null
       and a.ends_at is null;
  elsif new.birth_date < old.birth_date then
    v_would_end_at := (
      select (new.birth_date + interval '18 years') at time zone o.timezone
      from public.organisations as o
      where o.id = new.organisation_id
    );
    update public.patient_accounts as a
       set ends_at = v_would_end_at
     where a.organisation_id = new.organisation_id
       and a.patient_id = new.id
       and a.relationship = 'guardian'
       and a.confirmed_at is not null
       and a.revoked_at is null
       and a.ends_at > v_would_end_at
       and a.ends_at <= v_ends_at;
  end if;
  return new;
end
$$;
comment on function authz.tg_patient_identity__of_age() is
  'Keeps the end that guardians'' accounts had where a later birth date, or none, would put it off, and moves it nearer with an earlier one; whoever writes. [N-12, N-15]';
alter function authz.tg_patient_identity__of_age() owner to cordon_definer;
revoke all on function authz.tg_patient_identity__of_age() from public;
