-- public.open_emergency_access, public.rely_on_legal_basis, objections: who breaks glass and on which word; what rests on the law, and what a patient's objection ends of it.
begin;
select plan(45);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.emergency_access_grants disable trigger user;
delete from public.emergency_access_reasons;
delete from public.emergency_access_grants;
alter table public.emergency_access_grants enable trigger user;
-- What a member of the clinic is answered, by the end of their user_id; the server, without one.
create function pg_temp.by(who text, statement text, more jsonb default '{}') returns text language plpgsql as $$
declare
  v_answer text;
begin
  if who is not null then
    perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', (jsonb_build_object('sub', case when who ~ '^[a-z]' then left(who, 1) else 'a' end || '1' || '000000-0000-7000-8000-0000000000' || right(who, 2),
      'role', 'authenticated', 'session_id', case when who ~ '^[a-z]' then left(who, 1) else 'a' end || '1' || '000000-0000-7000-9000-0000000000' || right(who, 2)) || more)::text, true);
  end if;
  execute statement into v_answer;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return coalesce(v_answer, 'ok');
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.open(who text default '02', patient text default '05', reason text default 'unconscious in the emergency room', minutes integer default 60, more jsonb default '{}') returns text language sql as $$
  select case when a ~ '^[0-9a-f-]{36}$' then 'open' else a end from pg_temp.by(who, format('select public.open_emergency_access(%L, %L, %L)', 'a3000000-0000-7000-8000-0000000000' || patient, reason, minutes), more) as a
$$;
create function pg_temp.grants() returns text language sql as $$
  select string_agg(concat_ws(' ', right(g.user_id::text, 2), right(g.patient_id::text, 2), round(extract(epoch from g.expires_at - g.opened_at) / 60), case when g.opened_at between now() and clock_timestamp() then 'now' end, r.reason), ', ' order by g.user_id)
  from public.emergency_access_grants as g join public.emergency_access_reasons as r using (organisation_id, id)
$$;
create function pg_temp.rely(who text default '14', patient text default '01', purpose text default 'scheduling', basis text default 'health_protection', why text default 'the law asks the clinic to keep appointments', more jsonb default '{}') returns text language sql as $$
  select case when a ~ '^[0-9a-f-]{36}$' then 'relied' else a end from pg_temp.by(who, format('select public.rely_on_legal_basis(%L, %L, %L, %L)', 'a3000000-0000-7000-8000-0000000000' || patient, purpose, basis, why), more) as a
$$;
create function pg_temp.bases(patient text) returns text language sql as $$
  select string_agg(concat_ws(' ', c.purpose, c.legal_basis, c.status, c.justification, c.withdrawal_reason), '; ' order by c.purpose, c.legal_basis) from public.consents as c where c.patient_id = ('a3000000-0000-7000-8000-0000000000' || patient)::uuid and c.legal_basis <> 'consent'
$$;
create function pg_temp.patient_is(change text, patient text default '05') returns void language plpgsql as $$
begin
  alter table public.patients disable trigger user;
  execute format('update public.patients set %s where id = ''a3000000-0000-7000-8000-0000000000%s''', change, patient);
  alter table public.patients enable trigger user;
end
$$;
select is(pg_temp.open('05'), '42501 emergency access is not yours to open', 'reception breaks no glass [N-18 -]');
select is(pg_temp.open('04'), '42501 emergency access is not yours to open', 'nor an assistant [N-18 -]');
select is(pg_temp.open('01'), '42501 emergency access is not yours to open', 'nor a clinic_admin [N-18 -]');
select is(pg_temp.open(more => '{"session_id": null}'), '42501 emergency access is not yours to open', 'nor a doctor without a session [N-18 -]');
select is(pg_temp.open(reason => null), 'CD009 emergency access needs a reason', 'nor without a reason [N-18 -]');
select is(pg_temp.open(reason => '  nineteen signs here '), 'CD009 emergency access needs a reason', 'of twenty signs, blanks around it aside [N-18 -]');
select is(pg_temp.open(reason => repeat('x', 2001)), 'CD009 emergency access needs a reason', 'and of 2,000 at most [N-18 -]');
select is(pg_temp.open(minutes => 0), 'CD009 emergency access lasts from 1 to 60 minutes', 'not for no minute [N-18 -]');
select is(pg_temp.open(minutes => 61), 'CD009 emergency access lasts from 1 to 60 minutes', 'nor for more than an hour [N-18 -]');
select is(pg_temp.open(minutes => null), 'CD009 emergency access lasts from 1 to 60 minutes', 'nor without an end [N-18 -]');
select is(pg_temp.open(patient => '99'), 'CD010 patient not found', 'not for a patient that there is not [N-18 -]');
select is(pg_temp.open('b02'), 'CD010 patient not found', 'nor another clinic''s [S-05 -]');
select pg_temp.patient_is('status = ''inactive''');
select is(pg_temp.open(), 'CD010 patient not found', 'nor one whom the clinic sees no more [N-27 -]');
select pg_temp.patient_is('status = ''active'', archived_at = now()');
select is(pg_temp.open(), 'CD010 patient not found', 'or who is in the archive [N-27 -]');
select pg_temp.patient_is('archived_at = null');
insert into public.access_restrictions (organisation_id, patient_id) values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000003');
select is(pg_temp.open(patient => '03'), 'CD009 the patient has refused emergency access', 'nor against the patient''s word [N-18 -]');
select is(pg_temp.open(minutes => 1) || ' ' || pg_temp.grants(), 'open 02 05 1 now unconscious in the emergency room',
  'a doctor does, for a minute, by the clock [N-18 +]');
select is(pg_temp.open(), 'CD009 an emergency access of yours awaits its review', 'until it is reviewed, no other [N-18 -]');
select is(pg_temp.open('03', reason => '  twenty signs of reason ') || ' ' || right(pg_temp.grants(), 38), 'open m, 03 05 60 now twenty signs of reason',
  'which bars no colleague [N-18 +]');
select is(pg_temp.rely('01'), '42501 a legal basis is not yours to record', 'a clinic_admin relies on no law [N-48 -]');
select is(pg_temp.rely(more => '{"session_id": null}'), '42501 a legal basis is not yours to record', 'nor the officer without a session [N-48 -]');
select is(pg_temp.rely(why => null), 'CD020 another legal basis than consent takes a justification', 'nor without a word on why [N-48 -]');
select is(pg_temp.rely(why => '  nineteen signs here '), 'CD020 another legal basis than consent takes a justification',
  'of twenty signs, blanks around it aside [N-48 -]');
select is(pg_temp.rely(why => repeat('x', 2001)), 'CD020 another legal basis than consent takes a justification', 'and of 2,000 at most [N-48 -]');
select is(pg_temp.rely(basis => 'consent'), 'CD020 the organisation does not rely on this legal basis', 'on consent nobody relies for a patient [N-48 -]');
select is(pg_temp.rely(), 'CD020 the organisation does not rely on this legal basis', 'nor on what the clinic does not list [N-48 -]');
alter table public.organisation_settings disable trigger user;
update public.organisation_settings set legal_bases = '{consent,health_protection,vital_interest,legal_obligation}' where organisation_id = 'a0000000-0000-7000-8000-000000000001';
select is(pg_temp.rely('b14'), 'CD020 the organisation does not rely on this legal basis', 'which each clinic does for itself [S-05 -]');
select is(pg_temp.rely(basis => 'consent'), 'CD020 the organisation does not rely on this legal basis',
  'consent is listed, and is the patient''s all the same [N-48 -]');
select is(pg_temp.rely(patient => '99'), 'CD010 patient not found', 'nor for a patient that there is not [N-48 -]');
select is(pg_temp.rely(patient => '04'), 'CD010 patient not found', 'nor one whom the clinic sees no more [N-27 -]');
select is(pg_temp.rely(purpose => 'curiosity'), 'CD006 unknown purpose', 'nor to a purpose that there is not [N-48 -]');
select is(pg_temp.rely(purpose => 'marketing'), 'CD020 the law does not open this purpose on this basis', 'nor to one that the law opens to consent alone [N-48 -]');
select is(pg_temp.rely(why => '  the law asks the clinic for it ') || ' ' || pg_temp.bases('01'), 'relied data_view vital_interest active Brought in after the accident; looked up before anybody could be asked.; scheduling health_protection active the law asks the clinic for it',
  'the officer does, and says why [N-48 +]');
select is(pg_temp.rely(), 'CD013 the purpose is open already', 'once [N-48 -]');
select is(pg_temp.rely(purpose => 'treatment', patient => '05') || pg_temp.rely(purpose => 'transfer_disclosure', patient => '05') || pg_temp.rely(purpose => 'ops_handoff', basis => 'vital_interest', patient => '05') || pg_temp.rely(purpose => 'billing', basis => 'legal_obligation', patient => '05'), 'reliedreliedreliedrelied',
  'to several purposes, on what the law gives each [N-48 +]');
select is(pg_temp.by(null, $$ insert into public.subject_requests (organisation_id, id, patient_id, kind, created_by_user_id) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'a3000000-0000-7000-8000-000000000005', 'objection', null) returning 'filed' $$) || ' ' || pg_temp.bases('05'), 'filed billing legal_obligation active the law asks the clinic to keep appointments; ops_handoff vital_interest active the law asks the clinic to keep appointments; transfer_disclosure health_protection active the law asks the clinic to keep appointments; treatment health_protection active the law asks the clinic to keep appointments',
  'an objection that waits ends nothing [N-49 +]');
select is(pg_temp.by(null, $$ update public.subject_requests set status = 'in_progress' where id = '00000000-0000-7000-8000-0000000000f1' returning 'taken up' $$) || pg_temp.by(null, $$ update public.subject_requests set status = 'completed' where id = '00000000-0000-7000-8000-0000000000f1' returning ' and upheld' $$) || ' ' || pg_temp.bases('05'), 'taken up and upheld billing legal_obligation active the law asks the clinic to keep appointments; ops_handoff vital_interest active the law asks the clinic to keep appointments; transfer_disclosure health_protection withdrawn the law asks the clinic to keep appointments The patient objected, and it was upheld.; treatment health_protection active the law asks the clinic to keep appointments',
  'one that is upheld ends what rests on the protection of health, but for care itself; not what a life hangs on, nor what a law commands [N-49 +, N-49 -]');
select is(pg_temp.bases('01'), 'data_view vital_interest active Brought in after the accident; looked up before anybody could be asked.; scheduling health_protection active the law asks the clinic for it',
  'nor what is another patient''s [N-49 -]');


select is(pg_temp.open('02', '04', more => '{}'), 'CD010 patient not found', 'nor for a patient whom the clinic no longer sees [N-27 -]');
select is(pg_temp.open('13', '02', more => '{"client_id": "an-application"}'), '42501 emergency access is not yours to open',
  'nor by an application of a third party, whoever signed in to it [N-12 N-18 -]');
select is(pg_temp.rely(purpose => 'data_view', more => '{"client_id": "an-application"}', basis => 'legal_obligation', patient => '03'), '42501 a legal basis is not yours to record',
  'nor does one rely on a law [N-12 N-48 -]');
select is(pg_temp.by('14', $$ select public.rely_on_legal_basis('b3000000-0000-7000-8000-000000000001', 'scheduling', 'health_protection', 'the law asks the clinic to keep appointments') $$), 'CD010 patient not found',
  'of another clinic''s patient nobody does [S-05 -]');
select pg_temp.patient_is('archived_at = now()', '02');
select is(pg_temp.rely(patient => '02', purpose => 'scheduling'), 'CD010 patient not found', 'nor of one in the archive [N-27 -]');
select pg_temp.patient_is('archived_at = null', '02');
update public.consent_purposes set archived_at = now() where purpose = 'scheduling';
select is(pg_temp.rely(patient => '02', purpose => 'scheduling'), 'CD006 unknown purpose', 'nor for a purpose that was put away [N-48 -]');
update public.consent_purposes set archived_at = null where purpose = 'scheduling';
select is(pg_temp.rely(patient => '02', purpose => 'scheduling'), 'relied', 'which is there again [N-48 +]');
select is(pg_temp.open('b13', '02'), 'CD010 patient not found', 'who works for another clinic breaks no glass for a patient of this one [S-05 -]');

select * from finish();
rollback;
