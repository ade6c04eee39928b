-- authz.is_taken_off: who was put out of whose care, until a clinic_admin or the server assigns them anew. Rows are as old as this transaction: moments
-- before it and after it stand for earlier and later ones.
begin;
select plan(19);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name)
values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000091', 'MRN-91', 'Synthetic'),
  ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000092', 'MRN-92', 'Synthetic');

/* Of the doctor and patient 91 of A, unless said. */
create function pg_temp.out(
  since timestamptz default '-infinity', visit uuid default null, who text default 'a1000000-0000-7000-8000-000000000002',
  patient text default 'a3000000-0000-7000-8000-000000000091', clinic text default 'a0000000-0000-7000-8000-000000000001'
) returns boolean language sql as $$
  select authz.is_taken_off(clinic::uuid, patient::uuid, who::uuid, since, visit)
$$;
create function pg_temp.give(
  taken_off_at timestamptz default null, ends_at timestamptz default null, ground text default 'assignment', ground_id uuid default null,
  handed_from_id uuid default null, who text default 'a1000000-0000-7000-8000-000000000002', patient text default 'a3000000-0000-7000-8000-000000000091'
) returns uuid language sql as $$
  insert into public.care_relationships (organisation_id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id, handed_from_id, taken_off_at)
  values ('a0000000-0000-7000-8000-000000000001', patient::uuid, who::uuid, 'covering', now() - interval '1 day', ends_at, ground, ground_id, handed_from_id, taken_off_at)
  returning id
$$;
/* Takes back what the assertions after it are not about. */
create function pg_temp.forget() returns void language sql as $$
  update public.care_relationships set taken_off_at = null where patient_id in ('a3000000-0000-7000-8000-000000000091', 'a3000000-0000-7000-8000-000000000092')
$$;

select ok(not pg_temp.out(), 'who was never let in is not out [N-21 +]');
do $$ begin perform pg_temp.give(); end $$;
select ok(not pg_temp.out(), 'nor who is in [N-21 +]');
do $$ begin perform pg_temp.forget(), pg_temp.give(taken_off_at => now() + interval '1 hour'); end $$;
select ok(pg_temp.out(), 'who was put out is, whatever they had before [N-21 -]');
select ok(not pg_temp.out(who => 'a1000000-0000-7000-8000-000000000003'), 'and nobody else [N-21 +]');
select ok(not pg_temp.out(patient => 'a3000000-0000-7000-8000-000000000092'), 'of no other patient [N-21 +]');
select ok(not pg_temp.out(clinic => 'b0000000-0000-7000-8000-000000000001'), 'and of no other clinic [N-21 S-03 +]');
select ok(pg_temp.out(now() + interval '1 hour'), 'since that moment [N-21 -]');
select ok(not pg_temp.out(now() + interval '61 minutes'), 'and not since a later one [N-21 +]');

-- The moment is its transaction's, which may have begun before the visit was written down that they were put out of.
do $$ begin perform pg_temp.give(taken_off_at => now() + interval '1 hour', ends_at => now() + interval '1 hour', ground => 'appointment',
  ground_id => '00000000-0000-7000-8000-0000000000f7'); end $$;
select ok(pg_temp.out(now() + interval '61 minutes', '00000000-0000-7000-8000-0000000000f7'), 'but of that very visit, whenever that came [N-21 -]');
select ok(not pg_temp.out(now() + interval '61 minutes', '00000000-0000-7000-8000-0000000000f8'), 'and of no other that came later [N-21 +]');

-- A visit that they had by then, and another.
do $$ begin perform pg_temp.give(ends_at => now() + interval '2 hours', ground => 'appointment', ground_id => '00000000-0000-7000-8000-0000000000f1'); end $$;
select ok(not pg_temp.out(visit => '00000000-0000-7000-8000-0000000000f1'), 'not for a visit that was left to them [N-21 +]');
select ok(pg_temp.out() and pg_temp.out(visit => '00000000-0000-7000-8000-0000000000f2'), 'but for another, and for what colleagues give [N-21 -]');
do $$ begin perform pg_temp.give(ends_at => now() + interval '2 hours', ground => 'appointment', ground_id => '00000000-0000-7000-8000-0000000000f3',
  handed_from_id => '00000000-0000-7000-8000-0000000000f9'); end $$;
select ok(pg_temp.out(visit => '00000000-0000-7000-8000-0000000000f3'), 'for one that was handed on to them [N-21 -]');
do $$ begin perform pg_temp.give(ends_at => now() + interval '30 minutes', ground => 'appointment', ground_id => '00000000-0000-7000-8000-0000000000f4'); end $$;
select ok(pg_temp.out(visit => '00000000-0000-7000-8000-0000000000f4'), 'for one that was over by then [N-21 -]');
update public.care_relationships set archived_at = now() where ground_id = '00000000-0000-7000-8000-0000000000f1';
select ok(pg_temp.out(visit => '00000000-0000-7000-8000-0000000000f1'), 'and for one that was put away [N-21 -]');

-- Put out an hour ago, and given since: first what lets nobody in.
do $$ begin
  perform pg_temp.forget();
  update public.care_relationships set handed_from_id = '00000000-0000-7000-8000-0000000000f9' where patient_id = 'a3000000-0000-7000-8000-000000000091';
  perform pg_temp.give(taken_off_at => now() - interval '1 hour'), pg_temp.give(who => 'a1000000-0000-7000-8000-000000000003'),
    pg_temp.give(patient => 'a3000000-0000-7000-8000-000000000092'), pg_temp.give(ground => 'admission', ground_id => '00000000-0000-7000-8000-0000000000f5'),
    pg_temp.give(ends_at => now() + interval '1 hour', ground => 'appointment', ground_id => '00000000-0000-7000-8000-0000000000f6');
end $$;
select ok(pg_temp.out(), 'still, though others were assigned, or they by a colleague, a stay or a visit [N-21 -]');
select ok(pg_temp.out(visit => '00000000-0000-7000-8000-0000000000f6'), 'nor is a visit left to them that came after [N-21 -]');
create temporary table anew on commit drop as select pg_temp.give() as id;
select ok(not pg_temp.out(), 'no more once they are assigned anew [N-21 +]');
update public.care_relationships set taken_off_at = now() - interval '1 minute' where id = (select a.id from anew as a);
select ok(pg_temp.out(), 'until they are put out of that [N-21 -]');

select * from finish();
rollback;
