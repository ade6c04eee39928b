-- audit.seal_table: what no seal holds yet of a table is closed under a head that follows the last one, and only where leaves and seals agree; with
-- audit.range_hash, which tells the root, and audit.sealed_tables, which tells what is sealed.
begin;
select plan(15);

alter table audit.seals disable trigger user;
alter table audit.leaves disable trigger user;
alter table audit.nodes disable trigger user;
create table public.planted (id integer primary key, note text);
grant select on public.planted to cordon_definer;
-- What is answered of a table of so many rows, once they were sealed, something was done, and so many more were there.
create function pg_temp.seals(change text default 'select', more integer default 0, sealed integer default 2) returns text language plpgsql as $$
declare
  v_said jsonb;
  v_head audit.seals;
begin
  insert into public.planted select n from generate_series(1, sealed) as n;
  if sealed > 0 then perform audit.seal_table('public.planted'); end if;
  execute change;
  insert into public.planted select n from generate_series(6, 5 + more) as n;
  v_said := audit.seal_table('public.planted');
  v_head := (select s from audit.seals as s where s.seal = (v_said ->> 'seal')::bigint);
  raise exception 'taken back' using errcode = 'RB000';
exception
  when sqlstate 'RB000' then
    return coalesce(nullif(concat_ws(' ', v_said ->> 'tree_size', v_said ->> 'row_count', v_head.table_name, v_head.tree_size, v_head.row_count, case when v_head.hash = sha256(convert_to(audit.head_text(v_head), 'UTF8')) then 'hashed' end,
      case when encode(v_head.previous_hash, 'hex') = repeat('00', 32) then 'first ' || v_head.seal end), ''), 'nothing');
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
-- The hash of a row that is sealed, and of a pair.
create function pg_temp.leaf(place integer) returns bytea language sql as $$ select l.leaf_hash from audit.leaves as l where l.table_name = 'public.planted' and l.leaf_index = place $$;
create function pg_temp.pair(a bytea, b bytea) returns bytea language sql as $$ select sha256('\x01'::bytea || a || b) $$;
select is(pg_temp.seals(sealed => 0, more => 3), '3 3 public.planted 3 3 hashed',
  'what was never sealed is sealed from its first row on, under a head with its own hash [S-20 +]');
select is(pg_temp.seals(more => 3), '5 3 public.planted 5 3 hashed', 'what was, from behind the last [S-20 +]');
select is(pg_temp.seals(), 'nothing', 'where nothing is new, nothing is [S-20 -]');
select is(pg_temp.seals($$ delete from audit.leaves where table_name = 'public.planted' and leaf_index = 1 $$), 'CD019 leaves and seals of a table disagree',
  'where the last leaf is gone nothing is, though the tree above it stands [S-20 -]');
select is(pg_temp.seals($$ insert into audit.leaves select 'public.planted', 2, '{77}', sha256('') $$), 'CD019 leaves and seals of a table disagree',
  'where a leaf stands behind the last seal neither [S-20 -]');
select is(pg_temp.seals($$ insert into audit.leaves select 'public.planted', 3, '{77}', sha256('') $$), 'CD019 leaves and seals of a table disagree',
  'nor where one stands further behind [S-20 -]');
select is(pg_temp.seals($$ insert into audit.leaves select 'public.other', 2, '{77}', sha256('') $$, 1), '3 1 public.planted 3 1 hashed',
  'another table''s leaves are no matter [S-20 +]');
select is(pg_temp.seals($$ delete from audit.nodes where table_name = 'public.planted' $$, 1), 'CD019 leaves and seals of a table disagree',
  'nor is anything sealed where the tree has lost a hash [S-20 -]');
select is(pg_temp.seals($$ delete from audit.seals; delete from audit.leaves; delete from audit.nodes $$), '2 2 public.planted 2 2 hashed first 1',
  'the first seal of all follows nothing [S-20 +]');
insert into public.planted select n from generate_series(1, 7) as n;
create temporary table last as select s.seal, s.hash from audit.seals as s order by s.seal desc limit 1;
create temporary table said_of as select audit.seal_table('public.planted') as said;
select is((select concat_ws(' ', s.seal - l.seal, s.previous_hash = l.hash, s.sealed_by, s.closed_at between now() and clock_timestamp(), encode(s.root, 'hex') = g.said ->> 'root', encode(s.hash, 'hex') = g.said ->> 'hash')
  from last as l, said_of as g, audit.seals as s where s.seal = (g.said ->> 'seal')::bigint), '1 t postgres t t t',
  'every other follows the last of any table, says by whom and when, and is answered as it stands [S-20 +]');
select is((select audit.range_hash('public.planted', 0, 7) = s.root and s.root = pg_temp.pair(pg_temp.pair(pg_temp.pair(pg_temp.leaf(0), pg_temp.leaf(1)), pg_temp.pair(pg_temp.leaf(2), pg_temp.leaf(3))), pg_temp.pair(pg_temp.pair(pg_temp.leaf(4), pg_temp.leaf(5)), pg_temp.leaf(6)))
  from audit.seals as s where s.table_name = 'public.planted')::text, 'true',
  'its root is that of all leaves of the table [S-20 +]');
select is((audit.range_hash('public.planted', 4, 6) = pg_temp.pair(pg_temp.leaf(4), pg_temp.leaf(5)) and audit.range_hash('public.planted', 6, 7) = pg_temp.leaf(6) and audit.range_hash('public.planted', 0, 4) <> audit.range_hash('public.planted', 0, 2))::text, 'true',
  'a stretch has the hash of its own leaves, at its own height [S-20 +]');
select is((audit.range_hash('public.planted', 7, 8) is null and audit.range_hash('public.planted', 4, 8) is null)::text, 'true',
  'where one is missing there is none [S-20 -]');
select is((select coalesce(string_agg(r.name, ' '), 'nobody') from unnest('{anon,authenticated,patient,internal_ops,service_role}'::text[]) as r (name) where has_function_privilege(r.name, 'audit.range_hash(text, bigint, bigint)', 'execute')), 'nobody',
  'nobody who calls from outside may ask for hashes [S-20 -]');
create table governance.leaves (id integer primary key);
create table audit.planted (id integer primary key);
create table public.planted_else (id integer primary key);
create trigger planted before update or delete on governance.leaves for each row execute function authz.tg__append_only();
create trigger planted before update or delete on audit.planted for each row execute function authz.tg__append_only();
create trigger planted before update or delete on public.planted_else for each row execute function authz.tg__whose();
insert into audit.seals select (jsonb_populate_record(g, jsonb_build_object('table_name', 'public.planted_gone', 'seal', g.seal + 1, 'previous_hash', g.hash, 'hash', sha256(g.hash), 'tree_size', 9))).* from audit.seals as g where g.table_name = 'public.planted';
select is((select string_agg(n, ' ') from audit.sealed_tables() as n where n ~ 'planted|leaves|nodes|seals|access_log'), 'audit.access_log audit.access_log_exceptions audit.planted governance.leaves public.planted',
  'what carries the trigger is sealed, also what is named as the trail elsewhere, and what was sealed before; not the trail, no month of the log, and nothing that is gone [S-20 +, S-20 -]');

select * from finish();
rollback;
