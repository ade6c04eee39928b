-- authz.record_at: what decided about a row at a moment that is past: until when the consents given by then held, and whether somebody treated the patient.
begin;
select plan(40);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.patients disable trigger user;
alter table public.organisation_members disable trigger user;
alter table public.care_relationships disable trigger user;
alter table public.consents disable trigger user;
alter table public.access_restrictions disable trigger user;
-- Another clinic has a patient of that id, and the same member.
insert into public.patients (organisation_id, id, mrn, full_name, status) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000004', 'T-1', 'Some Body', 'active') on conflict do nothing;
insert into public.organisation_members (organisation_id, user_id, role) values ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000012', 'doctor');
create function pg_temp.put(relation text, what jsonb) returns void language plpgsql as $$
begin
  execute (select format('insert into public.%I (%s) values (%s)', relation, string_agg(k.key, ', '), string_agg(quote_nullable(k.value), ', ')) from jsonb_each_text(
    '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000004"}'::jsonb || what) as k);
end
$$;
-- Whether a member treated the patient at a moment, by a relationship and an objection that say otherwise than these.
create function pg_temp.treated(care jsonb default '{}', at text default '2026-03-10 12:00Z', objection jsonb default null) returns text language plpgsql as $$
declare
  v_said text;
begin
  perform pg_temp.put('care_relationships', '{"user_id": "a1000000-0000-7000-8000-000000000012", "kind": "primary", "starts_at": "2026-03-01 12:00Z", "ends_at": "2026-04-01 12:00Z", "created_at": "2026-03-05 12:00Z"}'::jsonb || care);
  if objection is not null then
    perform pg_temp.put('access_restrictions', '{"restricted_user_id": "a1000000-0000-7000-8000-000000000012"}'::jsonb || objection);
  end if;
  v_said := authz.record_at('{"tenantKey": "organisation_id", "patientKey": "patient_id"}', '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000004"}',
    'a1000000-0000-7000-8000-000000000012', at::timestamptz) ->> 'treated_then';
  raise exception 'taken back' using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return v_said;
end
$$;
-- Until when the patient's consents held, asked of a moment, by one that says otherwise than this, and another.
create function pg_temp.until(consent jsonb default '{}', at text default '2026-03-10 12:00Z', record jsonb default '{"treatment_consent_until": "2030"}', another jsonb default null) returns text language plpgsql as $$
declare
  v_base constant jsonb := '{"purpose": "treatment", "status": "active", "given_at": "2026-03-01 12:00Z", "given_how": "recorded", "given_as": "patient", "expires_at": "2026-05-01 12:00Z"}';
  v_said text;
begin
  set local timezone = 'UTC';
  perform pg_temp.put('consents', v_base || consent);
  if another is not null then perform pg_temp.put('consents', v_base || another); end if;
  v_said := (select coalesce(string_agg(k.key || ' ' || coalesce(k.value, 'none'), ', ' order by k.key collate "C"), 'nothing') from jsonb_each_text(authz.record_at('{"tenantKey": "organisation_id", "patientKey": "patient_id"}',
    '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000004"}'::jsonb || record, 'a1000000-0000-7000-8000-000000000012', at::timestamptz)) as k
    where k.key not in ('treated_then', 'organisation_id', 'patient_id'));
  raise exception 'taken back' using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return v_said;
end
$$;
select is(pg_temp.treated(), 'true', 'whom the server imported as treating from a day treated them from that day, whenever it was written [N-21 N-44 +]');
select is(pg_temp.treated('{"created_by_user_id": "a1000000-0000-7000-8000-000000000001"}'), 'true',
  'whom somebody wrote down treated them once that was written [N-21 N-44 +]');
select is(pg_temp.treated('{"user_id": "a1000000-0000-7000-8000-000000000005"}'), 'false', 'nobody else did [N-21 -]');
select is(pg_temp.treated('{"patient_id": "a3000000-0000-7000-8000-000000000002"}'), 'false', 'of no other patient [N-21 -]');
select is(pg_temp.treated('{"organisation_id": "b0000000-0000-7000-8000-000000000001"}'), 'false', 'of no other clinic [S-05 -]');
select is(pg_temp.treated(at => '2026-03-01 12:00Z'), 'true', 'from the moment that it starts [N-21 +]');
select is(pg_temp.treated(at => '2026-03-01 11:59:59Z'), 'false', 'not before it [N-21 -]');
select is(pg_temp.treated('{"created_by_user_id": "a1000000-0000-7000-8000-000000000001"}', at => '2026-03-05 12:00Z'), 'true',
  'what somebody wrote holds from the moment that they wrote it [N-21 +]');
select is(pg_temp.treated('{"created_by_user_id": "a1000000-0000-7000-8000-000000000001"}', at => '2026-03-05 11:59:59Z'), 'false',
  'not before, whatever start they gave it [N-21 -]');
select is(pg_temp.treated('{"created_by_user_id": "a1000000-0000-7000-8000-000000000001", "created_at": "2026-02-01"}', at => '2026-03-01 11:59:59Z'), 'false',
  'nor before the start, if they wrote it ahead [N-21 -]');
select is(pg_temp.treated(at => '2026-04-01 11:59:59Z'), 'true', 'to the last moment before it ends [N-21 +]');
select is(pg_temp.treated(at => '2026-04-01 12:00Z'), 'false', 'not when it ends [N-21 -]');
select is(pg_temp.treated('{"ends_at": null}', at => '2026-11-01'), 'true', 'what has no end goes on [N-21 +]');
select is(pg_temp.treated('{"archived_at": "2026-03-10 12:00:01Z"}'), 'true', 'what was put away since held then [N-21 +]');
select is(pg_temp.treated('{"archived_at": "2026-03-10 12:00Z"}'), 'false', 'what had been put away by then did not [N-21 -]');
select is(pg_temp.treated(objection => '{}'), 'false', 'to whom the patient objects has not treated them [N-21 -]');
select is(pg_temp.treated(objection => '{"lifted_at": "2026-03-20"}'), 'true', 'an objection that was lifted is none [N-21 +]');
select is(pg_temp.treated(objection => '{"archived_at": "2026-03-20"}'), 'true', 'nor is one that was put away [N-21 +]');
select is(pg_temp.treated(objection => '{"restricted_user_id": "a1000000-0000-7000-8000-000000000005"}'), 'true', 'nor one to somebody else [N-21 +]');
select is(pg_temp.treated(objection => '{"patient_id": "a3000000-0000-7000-8000-000000000002"}'), 'true', 'nor another patient''s [N-21 +]');
select is(pg_temp.treated(objection => '{"organisation_id": "b0000000-0000-7000-8000-000000000001"}'), 'true', 'nor one in another clinic [S-05 +]');
select is(pg_temp.until(), 'treatment_consent_until 2026-05-01T12:00:00+00:00', 'a consent that was given by then holds until its day [N-45 N-44 +]');
select is(pg_temp.until(record => '{"data_view_consent_until": "2030", "treatment_consent_until": "2030", "status": "active"}'), 'data_view_consent_until none, status active, treatment_consent_until 2026-05-01T12:00:00+00:00',
  'each purpose is asked for itself, and what else the record says stays as it is [N-45 +, N-45 -]');
select is(pg_temp.until(record => '{"status": "active"}'), 'status active', 'what does not depend on consent is asked for none [N-45 +]');
select is(pg_temp.until('{"expires_at": null}'), 'treatment_consent_until infinity', 'a consent without a day has no end [N-45 +]');
select is(pg_temp.until('{"superseded_at": "2026-04-02 12:00Z"}'), 'treatment_consent_until 2026-04-02T12:00:00+00:00', 'until its text changed [N-45 -]');
select is(pg_temp.until('{"status": "withdrawn", "withdrawn_at": "2026-04-03 12:00Z"}'), 'treatment_consent_until 2026-04-03T12:00:00+00:00',
  'or it was withdrawn [N-45 -]');
select is(pg_temp.until('{"status": "expired", "last_status_change_at": "2026-04-04 12:00Z"}'), 'treatment_consent_until 2026-04-04T12:00:00+00:00',
  'or found to have run out [N-45 -]');
select is(pg_temp.until('{"status": "entered_in_error", "last_status_change_at": "2026-04-05 12:00Z"}'), 'treatment_consent_until 2026-04-05T12:00:00+00:00',
  'or called a mistake [N-45 -]');
select is(pg_temp.until('{"status": "active", "last_status_change_at": "2026-04-05 12:00Z"}'), 'treatment_consent_until 2026-05-01T12:00:00+00:00',
  'another change of its status ends nothing [N-45 +]');
select is(pg_temp.until('{"status": "rejected"}'), 'treatment_consent_until none', 'what was rejected never held [N-45 -]');
select is(pg_temp.until('{"status": "proposed"}'), 'treatment_consent_until none', 'nor what was only proposed [N-45 -]');
select is(pg_temp.until('{"archived_at": "2026-04-05"}'), 'treatment_consent_until none', 'nor what was put away [N-45 -]');
select is(pg_temp.until('{"given_at": "2026-03-10 12:00Z"}'), 'treatment_consent_until 2026-05-01T12:00:00+00:00', 'it holds at the moment that it was given [N-45 +]');
select is(pg_temp.until('{"given_at": "2026-03-10 12:00:01Z"}'), 'treatment_consent_until none', 'not before [N-45 -]');
select is(pg_temp.until('{"given_at": null}'), 'treatment_consent_until none', 'nor where nobody gave it [N-45 -]');
select is(pg_temp.until('{"purpose": "marketing"}'), 'treatment_consent_until none', 'a consent to something else opens nothing [N-45 -]');
select is(pg_temp.until('{"patient_id": "a3000000-0000-7000-8000-000000000005"}'), 'treatment_consent_until none', 'nor does another patient''s [N-45 -]');
select is(pg_temp.until('{"organisation_id": "b0000000-0000-7000-8000-000000000001"}'), 'treatment_consent_until none', 'nor one in another clinic [S-05 -]');
select is(pg_temp.until('{"status": "withdrawn", "withdrawn_at": "2026-03-05 12:00Z"}', another => '{"given_at": "2026-03-06"}'), 'treatment_consent_until 2026-05-01T12:00:00+00:00',
  'of two the longer one counts [N-45 +]');

select * from finish();
rollback;
