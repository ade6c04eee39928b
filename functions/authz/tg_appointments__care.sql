-- authz.tg_appointments__care: whom reception books a patient with treats them around that time, from a day before, to read, until three days after, to
-- write down what was found. By the hand of who books, reception or a clinic_admin, and reads no chart by it. Whoever moves an appointment to
-- themselves, or to a later day, opens nothing: that takes who books. What no longer stands ends at once, whoever cancels it, with what was handed on.
create or replace function authz.tg_appointments__care()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := authz.now();
  v_books_at uuid;
  v_booked uuid[];
begin
  if tg_op = 'UPDATE' then
    -- What has not begun is put away: it never was.
    update public.care_relationships as c
       set ends_at = case when c.starts_at < v_now then v_now else c.ends_at end,
           archived_at = case when c.starts_at < v_now then c.archived_at else now() end
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
     where c.organisation_id = a.organisation_id
       and c.patient_id = a.patient_id
       and c.ground = 'appointment'
       and c.ground_id = a.id
       and c.ends_at > v_now
       and c.archived_at is null
       and (
         a.status in ('cancelled', 'no_show')
         or a.archived_at is not null
         or (a.professional_user_id, a.starts_at, a.ends_at) <> (b.professional_user_id, b.starts_at, b.ends_at)
       );
  end if;
  -- The server imports what was, and opens nothing by it.
  if authz.acting_realm() = 'provider' then
    v_books_at := authz.organisation_for('{clinic_admin,receptionist}', '{}');
  end if;
  if v_books_at is null then
    return null;
  end if;
  if tg_op = 'UPDATE' then
    v_booked := array(
      select a.id
      from changed as a
      join before as b on b.organisation_id = a.organisation_id and b.id = a.id
      where (a.professional_user_id, a.starts_at, a.ends_at) <> (b.professional_user_id, b.starts_at, b.ends_at)
        or b.status in ('cancelled', 'no_show')
    );
  else
    v_booked := array(select a.id from changed as a);
  end if;
  insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id)
  select
    a.organisation_id, a.patient_id, a.professional_user_id, case m.role when 'doctor' then 'consulting' else 'nursing' end,
    a.starts_at - interval '1 day', v.ends_at, 'appointment', a.id
  from changed as a
  join authz.live_memberships as m on m.organisation_id = a.organisation_id and m.user_id = a.professional_user_id
  -- A visit of a month opens a chart for no month.
  cross join lateral (select least(a.ends_at, a.starts_at + interval '1 day') + interval '3 days') as v (ends_at)
  where a.organisation_id = v_books_at
    and a.id = any (v_booked)
    and a.status not in ('cancelled', 'no_show')
    and a.archived_at is null
    and a.patient_status = 'active'
    and m.role in ('doctor', 'nurse')
    and v.ends_at > v_now
  order by a.patient_id, a.id;
  return null;
end
$$;
comment on function authz.tg_appointments__care() is
  'Lets the doctor or nurse whom reception or a clinic_admin books treat the patient, from a day before until three days after; ends that with the appointment. [N-21, S-05]';
alter function authz.tg_appointments__care() owner to cordon_definer;
revoke all on function authz.tg_appointments__care() from public;
