-- authz.lock_patient: locks one patient of one organisation, and nobody else: others go on being written.
begin;
select plan(2);

set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name)
values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'SAME-ID', 'Same Id');
create temporary table locks_before on commit drop as
  select p.organisation_id, p.id, p.xmax::text as locker from public.patients as p;
create function pg_temp.locked() returns text[] language sql as $$
  select coalesce(array_agg(left(p.organisation_id::text, 1) || right(p.id::text, 2)), '{}')
  from public.patients as p
  join locks_before as b on b.organisation_id = p.organisation_id and b.id = p.id
  where b.locker <> p.xmax::text
$$;

select is(pg_temp.locked(), '{}', 'nothing is locked');
select authz.lock_patient('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001');
select is(pg_temp.locked(), '{a01}', 'the patient is, and no other, nor one of the same id elsewhere [N-24 N-27 +]');

select * from finish();
rollback;
