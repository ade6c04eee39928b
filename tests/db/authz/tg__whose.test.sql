-- authz.tg__whose: what gives somebody a right stays theirs: another person, or for another patient, takes a row of its own.
begin;

create temporary table rights (relation text, key text, value text);
insert into rights values
  ('access_restrictions', 'patient_id', '00000000-0000-7000-8000-00000000fade'), ('access_restrictions', 'restricted_user_id', '00000000-0000-7000-8000-00000000fade'),
  ('care_relationships', 'patient_id', '00000000-0000-7000-8000-00000000fade'), ('care_relationships', 'user_id', '00000000-0000-7000-8000-00000000fade'),
  ('cases', 'patient_id', '00000000-0000-7000-8000-00000000fade'), ('organisation_members', 'user_id', '00000000-0000-7000-8000-00000000fade'),
  ('ops_members', 'user_id', '00000000-0000-7000-8000-00000000fade'), ('patient_accounts', 'patient_id', '00000000-0000-7000-8000-00000000fade'),
  ('patient_accounts', 'user_id', '00000000-0000-7000-8000-00000000fade'), ('patient_accounts', 'relationship', 'proxy');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- One row of the organisation, which says something else of that key.
create function pg_temp.one(relation text, key text, value text) returns text language sql as $$
  select format('(select r.ctid from public.%1$I as r where coalesce(to_jsonb(r) ->> ''organisation_id'', %3$L) = %3$L and r.%2$I is distinct from %4$L order by r::text limit 1)',
    relation, key, current_setting('app.pinned_organisation_id'), value)
$$;

select plan(20);
select throws_ok(format('update public.%1$I set %2$I = %3$L where ctid = %4$s', relation, key, value, pg_temp.one(relation, key, value)), 'CD014', 'whose this row is cannot change',
  format('%s.%s stays [S-16 -, N-15 -]', relation, key)) from rights;
select lives_ok(format('update public.%1$I set %2$I = %2$I where ctid = %3$s', relation, key, pg_temp.one(relation, key, value)), format('the same row of %s is written with the %s that it has [S-16 +]', relation, key)) from rights;

select * from finish();
rollback;
