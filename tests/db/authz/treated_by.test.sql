-- authz.treated_by, authz.reachable_patients, authz.membership_at: whom somebody treats at a moment, whose rows they may reach at all, and as what they were a member.
begin;
select plan(42);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.care_relationships disable trigger user;
alter table public.access_restrictions disable trigger user;
alter table public.emergency_access_grants disable trigger user;
alter table public.organisation_members disable trigger user;
alter table public.organisations disable trigger user;
delete from public.care_relationships where organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- Another clinic has a patient of that id, and the doctor was a member there.
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000005', 'TWIN-5', 'Somebody');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
insert into public.organisation_members (organisation_id, user_id, role, is_active) values ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000002', 'doctor', false);
-- Whom the doctor treats at noon, while a relationship stands otherwise: from the day before to the day after.
create function pg_temp.treats(more jsonb default '{}', clinic text default 'a', who text default '02', at timestamptz default '2026-06-01 12:00Z') returns text language plpgsql as $$
declare
  v_ids uuid[];
begin
  insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at, archived_at)
  select organisation_id, patient_id, user_id, kind, starts_at, ends_at, archived_at from jsonb_populate_record(null::public.care_relationships,
    '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000005", "user_id": "a1000000-0000-7000-8000-000000000002", "kind": "consulting",
      "starts_at": "2026-05-31 12:00Z", "ends_at": "2026-06-02 12:00Z"}'::jsonb || more);
  v_ids := authz.treated_by((clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('a1000000-0000-7000-8000-0000000000' || who)::uuid, at);
  delete from public.care_relationships where patient_id = 'a3000000-0000-7000-8000-000000000005';
  return (select string_agg(right(i::text, 2), ' ') from unnest(v_ids) as i);
end
$$;
create function pg_temp.restricted(more jsonb) returns text language plpgsql as $$
declare
  v_said text;
begin
  insert into public.access_restrictions (organisation_id, patient_id, restricted_user_id, lifted_at, archived_at)
  select organisation_id, patient_id, restricted_user_id, lifted_at, archived_at from jsonb_populate_record(null::public.access_restrictions,
    '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000005", "restricted_user_id": "a1000000-0000-7000-8000-000000000002"}'::jsonb || more);
  v_said := pg_temp.treats();
  delete from public.access_restrictions where restricted_user_id is not null;
  return v_said;
end
$$;
select is(pg_temp.treats(), '05', 'from the day before to the day after [N-21 +]');
select is(pg_temp.treats(at => '2026-05-31 12:00Z') || pg_temp.treats(at => '2026-06-02 11:59:59.999999Z'), '0505', 'from its first moment to its last [N-21 +]');
select is(pg_temp.treats(at => '2026-05-31 11:59:59.999999Z'), null, 'not before [N-21 -]');
select is(pg_temp.treats(at => '2026-06-02 12:00Z'), null, 'nor when it is over [N-21 -]');
select is(pg_temp.treats('{"ends_at": null}', at => '2099-01-01Z'), '05', 'without an end for good [N-21 +]');
select is(pg_temp.treats('{"archived_at": "2026-06-01Z"}'), null, 'what was put away is none [N-21 -]');
select is(pg_temp.treats(who => '03'), null, 'nor what is somebody else''s [N-21 -]');
select is(pg_temp.treats(clinic => 'b'), null, 'or another clinic''s [S-05 -]');
select is(pg_temp.restricted('{}'), null, 'whom the patient shuts out does not treat [N-18 -]');
select is(pg_temp.restricted('{"restricted_user_id": "a1000000-0000-7000-8000-000000000003"}'), '05', 'whom they do not does [N-18 +]');
select is(pg_temp.restricted('{"lifted_at": "2026-06-01Z"}'), '05', 'nor what was lifted shuts out [N-18 +]');
select is(pg_temp.restricted('{"archived_at": "2026-06-01Z"}'), '05', 'or put away [N-18 +]');
select is(pg_temp.restricted('{"patient_id": "a3000000-0000-7000-8000-000000000001"}'), '05', 'of another patient it does not [N-18 +]');
select is(pg_temp.restricted('{"organisation_id": "b0000000-0000-7000-8000-000000000001"}'), '05', 'what the patient of that id says to another clinic shuts nobody out here [S-05 -]');

create function pg_temp.reaches(care jsonb, granted jsonb default null, who text default '02') returns text language plpgsql as $$
declare
  v_ids uuid[];
begin
  insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at, archived_at)
  select organisation_id, patient_id, user_id, kind, starts_at, ends_at, archived_at from jsonb_populate_record(null::public.care_relationships,
    '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000005", "user_id": "a1000000-0000-7000-8000-000000000002", "kind": "consulting"}'::jsonb
      || jsonb_build_object('starts_at', now() - interval '1 day', 'ends_at', now() + interval '1 day') || care) where care is not null;
  insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_at, expires_at, ended_at)
  select organisation_id, patient_id, user_id, opened_at, expires_at, ended_at from jsonb_populate_record(null::public.emergency_access_grants,
    '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000005", "user_id": "a1000000-0000-7000-8000-000000000002"}'::jsonb
      || jsonb_build_object('opened_at', now() - interval '10 minutes', 'expires_at', now() + interval '10 minutes') || granted) where granted is not null;
  perform set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who, 'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  v_ids := authz.reachable_patients();
  perform set_config('request.jwt.claims', '', true);
  delete from public.care_relationships where patient_id = 'a3000000-0000-7000-8000-000000000005';
  delete from public.emergency_access_grants where patient_id = 'a3000000-0000-7000-8000-000000000005';
  return (select string_agg(right(i::text, 2), ' ') from unnest(v_ids) as i);
end
$$;
select is(pg_temp.reaches('{}'), '05', 'whom one treats is within reach [N-21 +]');
select is(pg_temp.reaches('{"ends_at": null}'), '05', 'without an end too [N-21 +]');
select is(pg_temp.reaches(jsonb_build_object('starts_at', now() + interval '1 hour')), '05', 'whom one will treat as well: who looks closer decides [N-21 +]');
select is(pg_temp.reaches(jsonb_build_object('ends_at', now() - interval '1 minute')), null, 'whom one treated is not [N-21 -]');
select is(pg_temp.reaches('{"archived_at": "2026-01-01"}'), null, 'nor what was put away [N-21 -]');
select is(pg_temp.reaches('{}', who => '03'), null, 'nor for a colleague [N-21 -]');
select is(pg_temp.reaches(null, '{}'), '05', 'nor is who is in an emergency out of it [N-18 +]');
select is(pg_temp.reaches(null, jsonb_build_object('opened_at', now() - interval '30 minutes', 'expires_at', now() - interval '1 minute')), null, 'until it is over [N-18 -]');
select is(pg_temp.reaches(null, jsonb_build_object('ended_at', now())), null, 'or ended [N-18 -]');
select is(pg_temp.reaches(null, '{}', '03'), null, 'for who opened it [N-18 -]');
select is(pg_temp.reaches('{}', '{}'), '05 05', 'by both ways at once [N-18 +, N-21 +]');
select is(pg_temp.reaches('{"organisation_id": "b0000000-0000-7000-8000-000000000001"}'), null, 'whom they treat in a clinic that they left is out of reach [S-05 -]');
select is(pg_temp.reaches(null, '{"organisation_id": "b0000000-0000-7000-8000-000000000001"}'), null, 'in an emergency too [S-05 -]');
select is(authz.reachable_patients(), '{}', 'nobody is, for who has no claims [N-16 -]');

create function pg_temp.was(change text default 'role = role', realm text default 'provider', who text default 'a11', clinic text default 'a', at timestamptz default now()) returns text language plpgsql as $$
declare
  v_said text;
begin
  begin
    execute 'update public.organisation_members set ' || change || ' where user_id = ''a1000000-0000-7000-8000-000000000011''';
    v_said := (select concat_ws(' ', m.role, m.rank, m.capabilities) from authz.membership_at(realm, (left(who, 1) || '1000000-0000-7000-8000-0000000000' || right(who, 2))::uuid, (clinic || '0000000-0000-7000-8000-000000000001')::uuid, at) as m);
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then return v_said;
  end;
end
$$;
select is(pg_temp.was(), 'assistant 60 {finance}', 'a member was what they are, with what they may [N-44 +]');
select is(pg_temp.was(realm => 'patient') || pg_temp.was(realm => 'internal_ops'), '', 'in that realm alone [N-44 -]');
select is(pg_temp.was(clinic => 'b'), '', 'in that clinic alone [S-05 -]');
select is(pg_temp.was(who => 'a12'), 'assistant 60 {transport}', 'a colleague is what they are [N-44 +]');
select is(pg_temp.was('accepted_at = null'), '', 'who did not accept is none [N-44 -]');
select is(pg_temp.was('is_active = false'), '', 'nor who is suspended [N-44 -]');
select is(pg_temp.was('archived_at = now()'), '', 'nor who has left [N-44 -]');
select is(pg_temp.was('valid_until = now() + interval ''1 hour'''), 'assistant 60 {finance}', 'until their time is over [N-44 +]');
select is(pg_temp.was('valid_until = now() + interval ''1 hour''', at => now() + interval '1 hour'), '', 'then not [N-44 -]');
update public.organisations set archived_at = now() where id = 'a0000000-0000-7000-8000-000000000001';
select is(pg_temp.was(), '', 'nor is anybody of a clinic that is closed [N-44 -]');
update public.organisations set archived_at = null where id = 'a0000000-0000-7000-8000-000000000001';
select is((select concat_ws(' ', m.role, m.rank, m.capabilities) from public.ops_members as o cross join lateral authz.membership_at('internal_ops', o.user_id, null, now()) as m where o.is_active and o.archived_at is null order by o.user_id limit 1),
  (select o.role || ' 0 {}' from public.ops_members as o where o.is_active and o.archived_at is null order by o.user_id limit 1), 'operations are what they are there [N-44 +]');
select is((select concat_ws(' ', m.role, m.rank, m.capabilities) from public.ops_members as o cross join lateral authz.membership_at('provider', o.user_id, null, now()) as m where o.is_active and o.archived_at is null order by o.user_id limit 1), '', 'and nothing elsewhere [N-44 -]');
alter table public.ops_members disable trigger user;
update public.ops_members set is_active = false;
select is((select string_agg(m.role, ' ') from public.ops_members as o cross join lateral authz.membership_at('internal_ops', o.user_id, null, now()) as m), null, 'who is suspended is nothing [N-44 -]');
update public.ops_members set is_active = true, archived_at = now();
select is((select string_agg(m.role, ' ') from public.ops_members as o cross join lateral authz.membership_at('internal_ops', o.user_id, null, now()) as m), null, 'nor who has left [N-44 -]');

select * from finish();
rollback;
