-- authz.tg_appointments__care: who treats whom by the diary, around the visit and no longer.
begin;
select plan(30);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
update authz.deployment_settings set allow_oauth_clients = true;
-- What a member of the clinic is answered, by the end of their user_id; the server, without one.
create function pg_temp.by(who text, statement text, more jsonb default '{}') returns text language plpgsql as $$
begin
  if who is not null then
    perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', (jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
      'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who) || more)::text, true);
  end if;
  execute statement;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return 'ok';
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.book(who text, visit text, patient text, professional text, starts interval, lasts interval default '30 minutes', status text default 'booked', more jsonb default '{}')
  returns text language sql as $$
  select pg_temp.by(who, format('insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at, status)
    values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'', ''a3000000-0000-7000-8000-0000000000%s'', ''a1000000-0000-7000-8000-0000000000%s'', %L, %L, %L)',
    visit, patient, professional, now() + starts, now() + starts + lasts, status), more)
$$;
create function pg_temp.change(who text, visits text, change text, more jsonb default '{}') returns text language sql as $$
  select pg_temp.by(who, format('update public.appointments set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = any (string_to_array(%L, '',''))', change, visits), more)
$$;
-- What visits opened: visit, patient, who, as what, from and until in hours from now, and whether it was put away.
create function pg_temp.care(visits text) returns text language sql as $$
  select string_agg(concat_ws(' ', right(c.ground_id::text, 2), right(c.patient_id::text, 2), right(c.user_id::text, 2), c.kind,
    round(extract(epoch from c.starts_at - now()) / 3600, 1) || '..' || round(extract(epoch from c.ends_at - now()) / 3600, 1), case when c.archived_at is not null then 'away' end),
    '; ' order by c.ground_id, c.user_id, c.starts_at, c.ends_at)
  from public.care_relationships as c
  where c.ground = 'appointment' and right(c.ground_id::text, 2) = any (string_to_array(visits, ',')) and c.organisation_id = 'a0000000-0000-7000-8000-000000000001' and c.created_by_user_id is not null
$$;

-- Beside them, of the same id: what a stay opened, another patient's, and another clinic's, where the nurse is a doctor.
select set_config('app.pinned_organisation_id', 'b0000000-0000-7000-8000-000000000001', true);
insert into public.organisation_members (organisation_id, user_id, role, is_active)
values ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000002', 'nurse', false), ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000003', 'doctor', true);
insert into public.patients (organisation_id, id, mrn, full_name) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000003', 'MRN-B3', 'Ada Elsewhere');
insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id)
select c.organisation_id::uuid, c.id::uuid, ('a3000000-0000-7000-8000-0000000000' || c.patient)::uuid, 'a1000000-0000-7000-8000-000000000002', 'consulting', now() - interval '21 hours', now() + interval '80 hours', c.ground, '00000000-0000-7000-8000-0000000000b1'
from (values ('b0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-00000000fad1', '03', 'appointment')) as c (organisation_id, id, patient, ground);
select set_config('app.pinned_organisation_id', 'a0000000-0000-7000-8000-000000000001', true);
insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id)
select 'a0000000-0000-7000-8000-000000000001', c.id::uuid, ('a3000000-0000-7000-8000-0000000000' || c.patient)::uuid, 'a1000000-0000-7000-8000-000000000002', 'consulting', now() - interval '21 hours', now() + interval '80 hours', c.ground, '00000000-0000-7000-8000-0000000000b1'
from (values ('00000000-0000-7000-8000-00000000fad2', '01', 'appointment'), ('00000000-0000-7000-8000-00000000fad3', '03', 'admission')) as c (id, patient, ground);

-- Booked
select is(pg_temp.book('05', 'b1', '03', '02', '1 hour') || pg_temp.book('05', 'b2', '03', '03', '1 hour'), 'okok', 'reception books two visits');
select is(pg_temp.care('b1,b2'), 'b1 03 02 consulting -23.0..73.5; b2 03 03 nursing -23.0..73.5', 'whom reception books treats from a day before until three days after, the doctor as one, the nurse as another [N-21 +]');
select is(pg_temp.book('05', 'b3', '03', '02', '-1 hour', '30 days') || pg_temp.care('b3'), 'okb3 03 02 consulting -25.0..95.0', 'a visit of a month opens a chart for no month [N-21 -]');
select is(pg_temp.book('05', 'b4', '03', '02', '-95 hours') || coalesce(pg_temp.care('b4'), ''), 'ok', 'what was, three days ago and more, opens nothing [N-21 -]');
select is(pg_temp.book('05', 'b5', '03', '02', '-72 hours') || pg_temp.care('b5'), 'okb5 03 02 consulting -96.0..0.5', 'what was less than three days ago does, to write down what was found [N-21 +]');
select is(pg_temp.book('05', 'b7', '03', '02', '1 hour', '1 hour', 'cancelled') || pg_temp.book('05', 'b8', '03', '02', '1 hour', '1 hour', 'no_show') || coalesce(pg_temp.care('b7,b8'), ''), 'okok', 'nor one that does not take place [N-21 -]');
select is(pg_temp.book('01', 'ba', '03', '02', '1 hour') || pg_temp.care('ba'), 'okba 03 02 consulting -23.0..73.5', 'a clinic_admin books as reception does [N-21 +]');
select is(pg_temp.book('05', 'bb', '03', '02', '1 hour', more => '{"client_id": "c11e0000-0000-4000-8000-000000000001"}') || coalesce(pg_temp.care('bb'), ''), 'ok', 'a third party''s client opens nothing for reception [N-12 -]');
select is(pg_temp.book(null, 'bc', '03', '02', '1 hour') || coalesce(pg_temp.care('bc'), ''), 'ok', 'nor does what the server imports [N-21 -]');

-- Moved, given to others, called off
select is(pg_temp.change('02', 'b1,b2', 'starts_at = starts_at + interval ''2 hours'', ends_at = ends_at + interval ''2 hours''') || coalesce(pg_temp.care('b1,b2'), ''), 'okb1 03 02 consulting -23.0..73.5; b2 03 03 nursing -23.0..73.5',
  'what the doctor moves to later opens a chart for no longer, theirs or anothers [N-21 -]');
select is(pg_temp.change('02', 'b1', 'starts_at = starts_at - interval ''5 hours'', ends_at = ends_at - interval ''5 hours''') || coalesce(pg_temp.care('b1,b2'), ''), 'okb1 03 02 consulting -23.0..70.5; b2 03 03 nursing -23.0..73.5',
  'and to earlier for less, of that visit alone [N-21 -]');
select is(pg_temp.change('05', 'b1', 'starts_at = starts_at + interval ''4 hours'', ends_at = ends_at + interval ''4 hours''') || coalesce(pg_temp.care('b1,b2'), ''), 'okb1 03 02 consulting -23.0..74.5; b2 03 03 nursing -23.0..73.5',
  'where reception moves it, it goes on for as long as the visit has it [N-21 +]');
select is(pg_temp.change('05', 'b1,b3', 'starts_at = starts_at + interval ''1 hour'', ends_at = ends_at + interval ''1 hour''') || coalesce(pg_temp.care('b1,b3'), ''), 'okb1 03 02 consulting -23.0..75.5; b3 03 02 consulting -25.0..96.0',
  'of several in one statement each by its own times [N-21 +]');
select is(pg_temp.change('05', 'b1', 'starts_at = starts_at + interval ''7 days'', ends_at = ends_at + interval ''7 days''') || coalesce(pg_temp.care('b1'), ''), 'okb1 03 02 consulting -23.0..0.0; b1 03 02 consulting 147.0..243.5',
  'to next week it ends at once, and begins by then [N-21 -, N-21 +]');
select is(pg_temp.change('05', 'b1', 'starts_at = starts_at - interval ''7 days'', ends_at = ends_at - interval ''7 days''') || coalesce(pg_temp.care('b1'), ''), 'okb1 03 02 consulting -23.0..0.0; b1 03 02 consulting -21.0..75.5; b1 03 02 consulting 147.0..243.5 away',
  'and back again: what had not begun is put away, what is over stays over [N-21 -, N-21 +]');
select is(pg_temp.change('02', 'b2', 'starts_at = starts_at + interval ''7 days'', ends_at = ends_at + interval ''7 days''') || coalesce(pg_temp.care('b2'), ''), 'okb2 03 03 nursing -23.0..0.0',
  'a doctor who moves it to next week ends it, and opens nothing [N-21 -]');
select is(pg_temp.change('05', 'b2', 'status = ''arrived''') || coalesce(pg_temp.care('b2'), ''), 'okb2 03 03 nursing -23.0..0.0; b2 03 03 nursing 147.0..243.5',
  'until reception receives the patient, for the times that it has by then [N-21 +]');
select is(pg_temp.change('05', 'b1', 'professional_user_id = ''a1000000-0000-7000-8000-000000000003''') || coalesce(pg_temp.care('b1'), ''), 'okb1 03 02 consulting -23.0..0.0; b1 03 02 consulting -21.0..0.0; b1 03 02 consulting 147.0..243.5 away; b1 03 03 nursing -21.0..75.5',
  'given to another, it is theirs, and ends for who had it [N-21 -, N-21 +]');
select is(pg_temp.change('05', 'b1,ba', 'status = ''cancelled''') || coalesce(pg_temp.care('ba'), ''), 'okba 03 02 consulting -23.0..0.0',
  'what is cancelled ends at once [N-21 -]');
select is(pg_temp.change('05', 'b3', 'status = ''no_show''') || coalesce(pg_temp.care('b3'), ''), 'okb3 03 02 consulting -25.0..0.0',
  'and where nobody came [N-21 -]');
select is(pg_temp.change('05', 'ba', 'status = ''booked''') || coalesce(pg_temp.care('ba'), ''), 'okba 03 02 consulting -23.0..0.0; ba 03 02 consulting -23.0..73.5',
  'what reception gives back begins anew [N-21 +]');
select is(pg_temp.change('02', 'b3', 'status = ''booked''') || coalesce(pg_temp.care('b3'), ''), '42501 what was cancelled or missed is given back by who booksb3 03 02 consulting -25.0..0.0',
  'what a doctor gives back does not [N-21 -]');
select is(pg_temp.change('05', 'ba', 'status = ''confirmed''') || coalesce(pg_temp.care('ba'), ''), 'okba 03 02 consulting -23.0..0.0; ba 03 02 consulting -23.0..73.5',
  'what goes on is opened once [N-21 -]');
select is(pg_temp.change('05', 'bb', 'status = ''confirmed''') || coalesce(pg_temp.care('bb'), ''), 'okbb 03 02 consulting -23.0..73.5',
  'what a third partys client booked is opened as reception confirms it [N-12 +]');
select is(pg_temp.change('05', 'bc', 'status = ''confirmed''') || coalesce(pg_temp.care('bc'), ''), 'ok',
  'what the server imported is not [N-21 -]');
select is(pg_temp.by('01', 'update public.care_relationships set ends_at = now() where ground = ''appointment'' and right(ground_id::text, 2) = ''bb''') || pg_temp.care('bb'), 'okbb 03 02 consulting -23.0..0.0',
  'a clinic_admin puts the doctor out of it [N-21 +]');
select is(pg_temp.change('05', 'bb', 'status = ''arrived''') || coalesce(pg_temp.care('bb'), ''), 'okbb 03 02 consulting -23.0..0.0',
  'which reception does not undo by receiving the patient [N-21 -]');
select is(pg_temp.change('05', 'bb', 'starts_at = starts_at + interval ''1 hour'', ends_at = ends_at + interval ''1 hour''') || coalesce(pg_temp.care('bb'), ''), 'okbb 03 02 consulting -23.0..0.0',
  'nor by moving the visit [N-21 -]');
select is(pg_temp.change(null, 'b2', 'archived_at = now()') || pg_temp.care('b2'), 'okb2 03 03 nursing -23.0..0.0; b2 03 03 nursing 147.0..243.5 away',
  'what is archived opens nothing any more [N-21 -]');

select is((select count(*) from public.care_relationships as c where c.id::text like '%fad_' and c.ends_at = now() + interval '80 hours' and c.archived_at is null), 3::bigint,
  'what was opened for something else, for another patient or in another clinic, is as it was [N-21 +, S-05 -]');

select * from finish();
rollback;
