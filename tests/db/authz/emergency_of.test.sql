-- authz.emergency_of: whose charts broken glass opens to whom: while it lasts, until it is ended or judged, and not in the transaction that broke it.
begin;
select plan(13);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.emergency_access_grants disable trigger user;
alter table public.access_restrictions disable trigger user;
create function pg_temp.opens(more jsonb default '{}', clinic text default 'a', who text default '02', at timestamptz default '2026-06-01 12:00Z') returns text language plpgsql as $$
declare
  v_patients uuid[];
begin
  insert into public.emergency_access_grants (organisation_id, patient_id, user_id, opened_in, opened_at, expires_at, ended_at, review_outcome, reviewed_by_user_id, reviewed_at, archived_at)
  select organisation_id, patient_id, user_id, opened_in, opened_at, expires_at, ended_at, review_outcome, reviewed_by_user_id, reviewed_at, archived_at
  from jsonb_populate_record(null::public.emergency_access_grants, '{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000005",
    "user_id": "a1000000-0000-7000-8000-000000000002", "opened_in": "3", "opened_at": "2026-06-01 11:45Z", "expires_at": "2026-06-01 12:15Z"}'::jsonb || more);
  v_patients := authz.emergency_of((clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('a1000000-0000-7000-8000-0000000000' || who)::uuid, at);
  delete from public.emergency_access_grants where patient_id = 'a3000000-0000-7000-8000-000000000005';
  return (select string_agg(right(p::text, 2), ' ') from unnest(v_patients) as p);
end
$$;

select is(pg_temp.opens(), '05', 'while it lasts [N-18 +]');
select is(pg_temp.opens(clinic => 'b'), null, 'in that clinic alone [S-05 -]');
select is(pg_temp.opens(who => '03'), null, 'to who broke it alone [N-18 -]');
select is(pg_temp.opens(at => '2026-06-01 11:45Z') || pg_temp.opens(at => '2026-06-01 12:14:59.999999Z'), '0505', 'from its first moment to its last [N-18 +]');
select is(pg_temp.opens(at => '2026-06-01 11:44:59.999999Z'), null, 'not before [N-18 -]');
select is(pg_temp.opens(at => '2026-06-01 12:15Z'), null, 'nor when it is over [N-18 -]');
select is(pg_temp.opens('{"ended_at": "2026-06-01 11:50Z"}'), null, 'not once it was ended [N-18 -]');
select is(pg_temp.opens('{"archived_at": "2026-06-01 11:50Z"}'), null, 'nor put away [N-18 -]');
select is(pg_temp.opens('{"review_outcome": "unjustified", "reviewed_by_user_id": "a1000000-0000-7000-8000-000000000001", "reviewed_at": "2026-06-01 11:50Z"}'), null, 'nor judged [N-18 -]');
select is(pg_temp.opens(jsonb_build_object('opened_in', pg_current_xact_id()::text)), null, 'not in the transaction that broke it, which may be rolled back [N-18 -]');
insert into public.access_restrictions (organisation_id, patient_id) values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000005');
select is(pg_temp.opens(), null, 'not against the patient''s word [N-18 -]');
delete from public.access_restrictions where patient_id = 'a3000000-0000-7000-8000-000000000005';
select is(pg_temp.opens(), '05', 'which is taken back [N-18 +]');
select is(authz.emergency_of('a0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000002', '2026-06-01 12:00Z'), '{}', 'without a grant nobody''s [N-18 -]');

select * from finish();
rollback;
