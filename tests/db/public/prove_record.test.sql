-- public.prove_record, list_sealed_records and count_sealed_records: what a clinic's auditor is told of what was sealed: of the own clinic's rows alone,
-- where they stand, whether they stand as they were, and whether what is gone is gone on record.
begin;
select plan(37);

alter table governance.tombstones disable trigger user;
-- Rows that are sealed, of two clinics and of none, in three tables.
create table public.planted (organisation_id uuid, id integer, note text, primary key (organisation_id, id));
create table public.planted_else (organisation_id uuid, id integer, note text, primary key (organisation_id, id));
create table public.planted_words (id integer primary key, note text);
grant select on public.planted, public.planted_else, public.planted_words to cordon_definer;
insert into public.planted select 'a0000000-0000-7000-8000-000000000001'::uuid, n, 'x' from generate_series(1, 5) as n union all select 'b0000000-0000-7000-8000-000000000001'::uuid, n, 'x' from generate_series(1, 2) as n;
insert into public.planted_else select 'a0000000-0000-7000-8000-000000000001'::uuid, n, 'x' from generate_series(9, 18) as n;
insert into public.planted_words select n, 'x' from generate_series(1, 2) as n;
do $$ begin perform audit.seal_table(n) from unnest(array['public.planted', 'public.planted_else', 'public.planted_words']) as n; end $$;
create function pg_temp.by(who text, statement text) returns text language plpgsql as $$
declare
  v_answer text;
begin
  if who is not null then perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
    'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true); end if;
  execute statement into v_answer;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return v_answer;
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
-- Whether a row is proven: under the root that was sealed, and as it stands.
create function pg_temp.proven(id text, clinic text default 'a', size text default 'null', of_table text default 'public.planted', who text default '16', key text default null) returns text language sql as $$
  select pg_temp.by(who, format($q$ select concat_ws(' ', p ->> 'table', 'leaf', p ->> 'leaf_index', 'of', p ->> 'tree_size', case when p ->> 'leaf_hash' = p ->> 'row_hash' then 'as it was' when p ->> 'row_hash' is null then 'gone' else 'changed' end,
    jsonb_array_length(p -> 'path')) from public.prove_record(%L, %L, %s) as p $q$, of_table, coalesce(key, format('{%s0000000-0000-7000-8000-000000000001,%s}', clinic, id)), size))
$$;
-- What is listed of a table, from a size on: each leaf, with what is gone and by which tombstone.
create function pg_temp.listed(size_from text default '0', size text default 'null', of_table text default 'public.planted', who text default '16') returns text language sql as $$
  select pg_temp.by(who, format($q$ select concat_ws(' ', p ->> 'from_size', p ->> 'tree_size', (select string_agg(concat_ws(':', r ->> 'leaf_index', case when r ->> 'leaf_hash' = r ->> 'row_hash' then 'kept' when r ->> 'row_hash' is null then 'gone' else 'changed' end, right(r ->> 'tombstone_id', 2)), ' ' order by r ->> 'leaf_index') from jsonb_array_elements(p -> 'records') as r))
    from public.list_sealed_records(%L, %s, %s) as p $q$, of_table, size_from, size))
$$;
create function pg_temp.counted(who text default '16') returns text language sql as $$
  select pg_temp.by(who, $q$ select string_agg(concat_ws(' ', split_part(c.table_name, '.', 2), c.tree_size, c.records, c.changed, c.gone, c.destroyed, c.unsealed), ', ' order by c.table_name) from public.count_sealed_records() as c where c.table_name like '%planted%' $q$)
$$;
select is(pg_temp.proven('1'), 'public.planted leaf 0 of 7 as it was 3', 'the auditor has a row of the clinic proven, under the newest root [S-20 +]');
select is(pg_temp.proven('5', size => '5'), 'public.planted leaf 4 of 5 as it was 1', 'or under that of a size that was sealed [S-20 +]');
select is(pg_temp.proven('5', size => '4'), 'CD010 sealed record not found', 'not of a size in which the row was not yet [S-20 -]');
select is(pg_temp.proven('1', size => '7'), 'public.planted leaf 0 of 7 as it was 3', 'the last one is a size [S-20 +]');
select is(pg_temp.proven('1', size => '8'), 'CD010 sealed record not found', 'one more is none, though another table has as many rows [S-20 -]');
select is(pg_temp.proven('6'), 'CD010 sealed record not found', 'a row that is not there is not [S-20 -]');
select is(pg_temp.proven('10'), 'CD010 sealed record not found', 'nor is one that another table has [S-20 -]');
select is(pg_temp.proven('9', of_table => 'public.planted_else'), 'public.planted_else leaf 9 of 10 as it was 2', 'of which it is [S-20 +]');
select is(pg_temp.proven('1', 'b'), 'CD010 sealed record not found', 'nor is another clinic''s [S-02 -]');
select is(pg_temp.proven('1', key => '{nobody,nothing}'), 'CD010 sealed record not found', 'nor is a key that is none of the table [S-20 -]');
select is(pg_temp.proven('1', of_table => 'public.planted_words', key => '{1}'), 'CD010 sealed record not found',
  'nor is a row of a table that has no clinics [S-20 -]');
select is(pg_temp.proven('1', of_table => 'public.planted_nowhere'), 'CD010 sealed record not found', 'nor one of a table that there is not [S-20 -]');
select is(pg_temp.proven('1', 'b', who => null), 'public.planted leaf 5 of 7 as it was 3', 'the server has any clinic''s proven [S-20 +]');
select is(pg_temp.proven('10', who => null), 'CD010 sealed record not found', 'but none that another table has [S-20 -]');
select is(pg_temp.proven('1', who => '14'), 'public.planted leaf 0 of 7 as it was 3', 'the privacy officer has it proven too [S-20 +]');
select is(pg_temp.proven('1', who => '01'), '42501 proofs are not yours to ask for', 'a clinic_admin does not [S-20 -]');
select is(pg_temp.listed(), '0 7 0:kept 1:kept 2:kept 3:kept 4:kept', 'the auditor is told which rows of the clinic are sealed, and of no other [S-20 +, S-02 -]');
select is(pg_temp.listed('2', '4'), '2 4 2:kept 3:kept', 'of a stretch of sizes those in it [S-20 +]');
select is(pg_temp.listed('null'), 'CD010 sealed records not found', 'not from nowhere [S-20 -]');
select is(pg_temp.listed('-1'), 'CD010 sealed records not found', 'nor from before the first [S-20 -]');
select is(pg_temp.listed('5', '4'), 'CD010 sealed records not found', 'nor from a size that comes after [S-20 -]');
select is(pg_temp.listed('4', '4'), '4 4', 'an empty stretch has none [S-20 +]');
select is(pg_temp.listed('0', '0'), 'CD010 sealed records not found', 'a tree without rows is none [S-20 -]');
select is(pg_temp.listed('0', '8'), 'CD010 sealed records not found', 'nor is one that was not sealed yet [S-20 -]');
select is(pg_temp.listed(of_table => 'public.planted_words'), 'CD010 sealed records not found', 'nothing is listed of a table that has no clinics [S-20 -]');
select is(pg_temp.listed(of_table => 'public.planted_nowhere'), 'CD010 sealed records not found', 'of one that there is not [S-20 -]');
select is(pg_temp.listed(of_table => 'public.patients'), 'CD010 sealed records not found', 'or of one that is not sealed [S-20 -]');
select is(pg_temp.listed(who => '14'), '0 7 0:kept 1:kept 2:kept 3:kept 4:kept', 'the privacy officer is told too [S-20 +]');
select is(pg_temp.listed(who => '01'), '42501 proofs are not yours to ask for', 'a clinic_admin is not [S-20 -]');
select is(pg_temp.counted(), 'planted 7 5 0 0 0 0, planted_else 10 10 0 0 0 0',
  'and counts them by table: of how many, how many are theirs, and that none has changed [S-20 +, S-02 -]');
select is(pg_temp.counted('01'), '42501 proofs are not yours to ask for', 'a clinic_admin does not [S-20 -]');
-- One is changed, two are gone, one of them on record; what is on record of the others is of another table, another clinic or another row, or the row is there.
insert into public.planted values ('a0000000-0000-7000-8000-000000000001', 6, 'new'), ('b0000000-0000-7000-8000-000000000001', 6, 'new');
update public.planted set note = 'y' where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id = 1;
delete from public.planted where organisation_id = 'a0000000-0000-7000-8000-000000000001' and id in (2, 3, 4);
delete from public.planted where organisation_id = 'b0000000-0000-7000-8000-000000000001' and id = 1;
insert into governance.tombstones (organisation_id, id, cause, cause_id, relation, row_count, keys_sha256, record_keys, destroyed_at, destroyed_by)
select (t.clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('a0000000-0000-7000-8000-0000000000' || t.id)::uuid, 'retention', 'a0000000-0000-7000-8000-000000000099', t.relation, 1, repeat('0', 64), array(select format('{a0000000-0000-7000-8000-000000000001,%s}', k) from unnest(t.keys) as k), now(), 'planted'
from (values ('a', '71', 'public.planted', '{2,5,77}'::integer[]), ('a', '72', 'public.planted_else', '{3}'), ('b', '73', 'public.planted', '{3,4}')) as t (clinic, id, relation, keys);
select is(pg_temp.proven('1'), 'public.planted leaf 0 of 7 changed 3', 'a row that was changed is proven to have been sealed otherwise [S-20 +]');
select is(pg_temp.proven('2'), 'CD010 sealed record not found', 'one that is gone is proven to nobody [S-20 -]');
select is(pg_temp.listed(), '0 7 0:changed 1:gone:71 2:gone 3:gone 4:kept',
  'each that is changed or gone is listed, and what is gone on record with that record, of that table, clinic and row alone [S-20 +, S-20 -]');
select is(pg_temp.counted(), 'planted 7 5 1 3 1 1, planted_else 10 10 0 0 0 0',
  'and counted: what has changed, what is gone, how many of these on record, and what is new, of the clinic [S-20 +, S-02 -]');
alter table audit.leaves disable trigger user;
delete from audit.leaves where table_name = 'public.planted' and leaf_index = 6;
select is(pg_temp.listed(), 'CD019 leaves and seals of a table disagree', 'where a leaf is missing nothing is listed [S-20 -]');
select is(pg_temp.listed('0', '6'), '0 6 0:changed 1:gone:71 2:gone 3:gone 4:kept', 'but of what stands before it [S-20 +]');

select * from finish();
rollback;
