-- authz.refuses_emergency: what a patient refused, by a restriction or by a consent, until they take it back; and what does not take it back for them.
begin;
select plan(42);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- Written as they stand, whatever led to it.
alter table public.consents disable trigger user;
alter table public.access_restrictions disable trigger user;
delete from public.consents where organisation_id = 'a0000000-0000-7000-8000-000000000001' and patient_id = 'a3000000-0000-7000-8000-000000000001';
create function pg_temp.refuses(who text default '02', patient text default '01', clinic text default 'a') returns boolean language sql as $$
  select authz.refuses_emergency((clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('a3000000-0000-7000-8000-0000000000' || patient)::uuid, ('a1000000-0000-7000-8000-0000000000' || who)::uuid)
$$;
-- Whether it is refused while these rows stand: each is the first one, with what it says otherwise.
create function pg_temp.with_rows(relation text, one jsonb, another jsonb default null) returns boolean language plpgsql as $$
declare
  v_other jsonb;
  v_refuses boolean;
begin
  foreach v_other in array array_remove(array[one, another], null) loop
    execute (
      select format('insert into public.%I (%s) select %2$s from jsonb_populate_record(null::public.%1$I, %3$L)', relation, string_agg(quote_ident(k.key), ', '), jsonb_object_agg(k.key, k.value))
      from jsonb_each('{"organisation_id": "a0000000-0000-7000-8000-000000000001", "patient_id": "a3000000-0000-7000-8000-000000000001"}'::jsonb
        || case relation when 'consents' then '{"purpose": "research", "status": "active", "break_glass_allowed": false, "given_at": "2026-01-01"}'::jsonb else '{}' end || v_other) as k
    );
  end loop;
  v_refuses := pg_temp.refuses();
  execute format('delete from public.%I where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and patient_id = ''a3000000-0000-7000-8000-000000000001''', relation);
  return v_refuses;
end
$$;

select ok(not pg_temp.refuses(), 'who said nothing refuses nobody [N-18 +]');
select ok(pg_temp.with_rows('access_restrictions', '{}'), 'a restriction of everybody refuses this one [N-18 -]');
select ok(pg_temp.with_rows('access_restrictions', '{"restricted_user_id": "a1000000-0000-7000-8000-000000000002"}'), 'and one of this one [N-18 -]');
select ok(not pg_temp.with_rows('access_restrictions', '{"restricted_user_id": "a1000000-0000-7000-8000-000000000003"}'), 'one of another does not [N-18 +]');
select ok(not pg_temp.with_rows('access_restrictions', '{"lifted_at": "2026-01-02"}'), 'nor what was lifted [N-18 +]');
select ok(not pg_temp.with_rows('access_restrictions', '{"archived_at": "2026-01-02"}'), 'or put away [N-18 +]');
select ok(not pg_temp.with_rows('access_restrictions', '{"patient_id": "a3000000-0000-7000-8000-000000000003"}'), 'or another patient''s [N-18 +]');
select ok(pg_temp.refuses(patient => '03'), 'who refuses for themselves [N-18 -]');
select ok(not pg_temp.refuses(patient => '03', clinic => 'b'), 'in that clinic alone [N-18 +]');

-- Consents that stand.
select ok(pg_temp.with_rows('consents', '{}'), 'a consent that excludes it refuses it [N-18 -]');
select ok(not pg_temp.with_rows('consents', '{"break_glass_allowed": true}'), 'one that allows it does not [N-18 +]');
select ok(not pg_temp.with_rows('consents', '{"status": "proposed"}') and not pg_temp.with_rows('consents', '{"status": "rejected"}') and not pg_temp.with_rows('consents', '{"status": "entered_in_error"}'),
  'nor one that was not given, or by mistake [N-18 +]');
select ok(not pg_temp.with_rows('consents', '{"expires_at": "2026-02-01"}'), 'or whose day is over [N-18 +]');
select ok(pg_temp.with_rows('consents', '{"expires_at": "2099-02-01"}'), 'until that day it does [N-18 -]');
select ok(not pg_temp.with_rows('consents', '{"patient_id": "a3000000-0000-7000-8000-000000000002"}'), 'nor another patient''s [N-18 +]');
select ok(pg_temp.refuses(patient => '02') and not pg_temp.refuses(patient => '02', clinic => 'b'), 'who refuses for themselves, in that clinic alone [N-18 -]');
select ok(pg_temp.with_rows('consents', '{"archived_at": "2026-02-01"}'), 'put away by the server it still refuses [N-18 -]');

-- What is said after it: of each kind of refusal, what takes it back, and what does not.
create temporary table refusals (kind text, refusal jsonb, after timestamptz);
insert into refusals values
  ('put away', '{"archived_at": "2026-02-01"}', '2026-02-01'),
  ('withdrawn by the server', '{"status": "withdrawn", "withdrawn_at": "2026-02-01"}', '2026-02-01'),
  ('withdrawn by staff', '{"status": "withdrawn", "withdrawn_at": "2026-02-01", "last_status_change_by_user_id": "a1000000-0000-7000-8000-000000000005"}', '2026-02-01'),
  ('expired by nobody''s hand', '{"status": "expired"}', '2026-01-01');
create function pg_temp.then_said(refusal jsonb, after timestamptz, later interval, more jsonb default '{}') returns boolean language sql as $$
  select pg_temp.with_rows('consents', refusal, jsonb_build_object('break_glass_allowed', true, 'given_at', after + later, 'status', 'withdrawn', 'withdrawn_at', '2026-03-01') || more)
$$;
select ok(pg_temp.with_rows('consents', r.refusal), format('what was %s refuses still [N-18 -]', r.kind)) from refusals as r;
select ok(not pg_temp.then_said(r.refusal, r.after, '1 microsecond'), format('what was %s is taken back by the next consent that allows it [N-18 +]', r.kind)) from refusals as r;
select ok(pg_temp.then_said(r.refusal, r.after, '0'), format('what was %s is not by one of the same moment [N-18 -]', r.kind)) from refusals as r;
select ok(
  pg_temp.then_said(r.refusal, r.after, '1 hour', '{"legal_basis": "vital_interest"}') and pg_temp.then_said(r.refusal, r.after, '1 hour', '{"status": "entered_in_error", "withdrawn_at": null}')
  and pg_temp.then_said(r.refusal, r.after, '1 hour', '{"archived_at": "2026-03-01"}') and pg_temp.then_said(r.refusal, r.after, '1 hour', '{"purpose": "marketing"}')
  and pg_temp.then_said(r.refusal, r.after, '1 hour', '{"patient_id": "a3000000-0000-7000-8000-000000000003"}'),
  format('nor what was %s by another basis, a mistake, what was put away, another purpose or another patient [N-18 -]', r.kind)
) from refusals as r;
select ok(pg_temp.then_said(r.refusal, r.after, '1 hour', '{"break_glass_allowed": false, "status": "rejected", "withdrawn_at": null}') = (r.kind <> 'expired by nobody''s hand'),
  format('what was %s and then said again is judged by what was said last [N-18 -]', r.kind)) from refusals as r;

-- By whose hand.
select ok(not pg_temp.with_rows('consents', '{"status": "withdrawn", "withdrawn_at": "2026-02-01", "last_status_change_by_user_id": "a2000000-0000-7000-8000-000000000001"}'), 'the patient withdraws it for good [N-18 +]');
select ok(not pg_temp.with_rows('consents', '{"status": "withdrawn", "withdrawn_at": "2026-02-01", "last_status_change_by_user_id": "b1000000-0000-7000-8000-000000000002"}'), 'and who is no member of that clinic [N-18 +]');
select ok(not pg_temp.with_rows('consents', '{"status": "expired", "last_status_change_by_user_id": "a2000000-0000-7000-8000-000000000001"}'), 'by the patient''s own hand it expired for good [N-18 +]');
create function pg_temp.replaced(more jsonb) returns boolean language sql as $$
  select pg_temp.with_rows('consents', '{"status": "expired", "last_status_change_by_user_id": "a2000000-0000-7000-8000-000000000001", "last_status_change_at": "2026-02-01"}',
    '{"break_glass_allowed": true, "given_at": "2026-02-01", "status": "entered_in_error"}'::jsonb || more)
$$;
select ok(pg_temp.replaced('{}'), 'but not where what took its place was a mistake [N-18 -]');
select ok(not pg_temp.replaced('{"given_at": "2026-02-01 00:00:00.000001"}') and not pg_temp.replaced('{"given_at": "2026-01-01"}') and not pg_temp.replaced('{"purpose": "marketing"}')
  and not pg_temp.replaced('{"patient_id": "a3000000-0000-7000-8000-000000000003"}'), 'which is one that was given by then, after it, to the same purpose, by the same patient [N-18 +]');

select * from finish();
rollback;
