-- authz.tg_appointment_reasons__appointment: no reason is written to, or brought back under, an appointment that was put away: it would be read on
-- without it. New ones lock the appointment before it is asked, the patient before it, as everywhere.
create or replace function authz.tg_appointment_reasons__appointment()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op = 'INSERT' then
    if authz.is_out_of_reach(new.organisation_id) then
      new.organisation_id := null; -- no policy lets it in
      return new;
    end if;
    perform authz.lock_patient(new.organisation_id, new.patient_id);
    perform
    from public.appointments as a
    where a.organisation_id = new.organisation_id
      and a.id = new.id
      for share;
  end if;
  if exists (
    select
    from public.appointments as a
    where a.organisation_id = new.organisation_id
      and a.id = new.id
      and a.archived_at is not null
  ) then
    raise exception 'appointment not found'
      using errcode = 'CD010',
        hint = 'Name an appointment that is not archived; one that is brought back brings its reason along.';
  end if;
  return new;
end
$$;
comment on function authz.tg_appointment_reasons__appointment() is
  'Keeps the reason of an appointment that was put away out of sight (CD010; CD007 above READ COMMITTED). Its triggers say in WHEN that one comes to sight. [N-01, N-15]';
alter function authz.tg_appointment_reasons__appointment() owner to cordon_definer;
revoke all on function authz.tg_appointment_reasons__appointment() from public;
