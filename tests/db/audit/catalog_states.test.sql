-- audit.catalog_states: what is told of the catalog, object by object, and that nothing else is: of what is planted here, each kind once, in its words.
begin;
select plan(22);

create table public.planted (organisation_id uuid, id uuid not null, note text, constraint planted_pkey primary key (id), constraint planted_note check (note <> ''), constraint planted_note_key unique (note) deferrable);
create table public.planted_child (planted_id uuid, constraint planted_child_fkey foreign key (planted_id) references public.planted (id));
create table public.planted_months (at date) partition by range (at);
create table public.planted_month partition of public.planted_months for values from ('2026-01-01') to ('2026-02-01');
create sequence public.planted_numbers;
create type public.planted_kind as (a text, b text);
create view public.planted_guarded with (security_barrier) as select p.note from public.planted as p;
create view public.planted_invoked with (security_barrier, security_invoker = on) as select p.note from public.planted as p;
create materialized view public.planted_kept as select 1 as one;
create function public.planted_step() returns trigger language plpgsql as 'begin return new; end';
create trigger planted_user after insert on public.planted for each row execute function public.planted_step();
create constraint trigger planted_checked after insert on public.planted for each row execute function public.planted_step();
alter table public.planted disable trigger planted_checked;
create rule planted_rule as on delete to public.planted do instead nothing;
alter table public.planted enable row level security;
create policy planted_policy on public.planted for select to authenticated using (true);
create publication planted_publication for table public.planted;

create schema elsewhere;
create table elsewhere.planted (id uuid primary key, note text);
alter table elsewhere.planted enable row level security;
create policy planted_policy on elsewhere.planted for select to authenticated using (true);
create trigger planted_user after insert on elsewhere.planted for each row execute function public.planted_step();
create rule planted_rule as on delete to elsewhere.planted do instead nothing;
create function elsewhere.planted_step() returns integer language sql as 'select 1';
alter publication planted_publication add table elsewhere.planted;

-- An extension's own in its own schema, what was given to it in another, and what only asks for it.
create extension tcn schema public;
create extension dict_int schema authz;
create function authz.planted_given() returns integer language sql as 'select 1';
alter extension tcn add function authz.planted_given();
create function public.planted_asking() returns integer language sql as 'select 1';
alter function public.planted_asking() depends on extension tcn;

create role planted_member;
grant authenticated to planted_member;
grant select (planted_id) on public.planted_child to anon;

create temporary table after as select * from audit.catalog_states();
-- What is told of a kind, of what was planted.
create function pg_temp.told(of_kind text, pattern text default '%') returns text language sql as $$
  select coalesce(string_agg(c.object || ': ' || regexp_replace(c.state, '[0-9a-f]{32}', '#'), ', ' order by c.object collate "C", c.state collate "C"), 'nothing') from after as c where c.kind = of_kind and c.object like pattern and c.object ~ 'planted|triggered_change|dintdict'
$$;
select is(pg_temp.told('owner', 'owner of public.%'), 'owner of public.planted: postgres, owner of public.planted_child: postgres, owner of public.planted_guarded: postgres, owner of public.planted_invoked: postgres, owner of public.planted_kept: postgres, owner of public.planted_months: postgres',
  'tables and views have owners, and are told once; no index, sequence, type or partition is, and nothing of another schema [N-54 +, N-54 -]');
select is(pg_temp.told('owner', 'owner of function %'), 'owner of function authz.planted_given(): postgres, owner of function public.planted_asking(): postgres, owner of function public.planted_step(): postgres',
  'so have functions: also what was given to an extension of another schema, and what asks for one; not what it brought along [N-54 +, N-54 -]');
select is(pg_temp.told('function'), 'function authz.planted_given(): invoker #, function public.planted_asking(): invoker #, function public.planted_step(): invoker #',
  'what they do is told of the same, and of no other schema''s [N-54 +, N-54 -]');
select is(pg_temp.told('grants', 'rights on function %'), 'rights on function authz.planted_given(): #, rights on function public.planted_asking(): #, rights on function public.planted_step(): #',
  'and who may call them [N-54 +, N-54 -]');
select is((select string_agg(a.state, ' ') from after as a where a.object = 'rights on public.planted'), md5('{}{}'), 'what the owner alone may do is no right, and none is read off another table''s columns [N-54 -]');
select is((select string_agg(a.state, ' ') from after as a where a.object = 'rights on public.planted_child'), md5('{}{"planted_id{anon=r/postgres}"}'), 'a right on a column is told of its table [N-54 +]');
select is(pg_temp.told('trigger'), 'trigger planted_checked on public.planted: disabled #, trigger planted_user on public.planted: not in replica #',
  'a trigger is told of its table, on or off; none that the server made for a key or a constraint [N-54 +, N-54 -]');
select is(pg_temp.told('foreign_key'), 'nothing', 'a foreign key that checks is not told as one that does not, nor is a constraint trigger that is off [N-54 -]');
select is((select string_agg(a.object, ' ') from after as a where a.kind = 'foreign_key') is null, true, 'nor is any of the seed [N-54 -]');
select is(pg_temp.told('constraint'), 'constraint planted_child_fkey on public.planted_child: valid #, constraint planted_note on public.planted: valid #, constraint planted_note_key on public.planted: valid #, constraint planted_pkey on public.planted: valid #',
  'keys and checks are told of their table; a constraint trigger is a trigger [N-54 +, N-54 -]');
select is(pg_temp.told('policy'), 'policy planted_policy on public.planted: permissive select to authenticated #', 'a policy is told, of our schemas [N-54 +, N-54 -]');
select is(pg_temp.told('row_security'), 'row security of public.planted: on, row security of public.planted_child: off, row security of public.planted_months: off',
  'row security is told of tables, whether on or off, and of no view [N-54 +, N-54 -]');
select is(pg_temp.told('view'), 'view public.planted_guarded: owner #, view public.planted_invoked: invoker #, view public.planted_kept: owner #',
  'a view reads with its owner''s rights unless it says otherwise, whatever else it says; a table is no view [N-54 +, N-54 -]');
select is(pg_temp.told('rule'), 'rule planted_rule on public.planted: O #', 'a rule is told of its table; what makes a view is none [N-54 +, N-54 -]');
select is(pg_temp.told('publication'), 'public.planted in publication planted_publication: published', 'what is published is told, of our schemas [N-54 +, N-54 -]');
select is(pg_temp.told('membership', 'membership of planted_member %'), 'membership of planted_member in authenticated: false',
  'a membership is told of its member and its role, and no other [N-54 +, N-54 -]');
select is((select string_agg(a.object, ' ' order by a.object) from after as a where a.kind = 'row_security' and a.object !~ ' (public|authz|audit|governance)\.'), 'row security of auth.users row security of storage.buckets row security of storage.objects',
  'of the platform''s tables the row security of three is told, on which files and passwords stand [N-54 +, N-54 -]');
select is((select count(*)::integer from after as a where a.kind in ('grants', 'owner', 'constraint', 'view') and a.object ~ ' (auth|storage|pg_catalog|information_schema|elsewhere)\.'), 0,
  'and nothing of whom they belong to or who may use them: that is the platform''s [N-54 -]');
select is((select string_agg(distinct substring(a.object from ' on ([a-z_]+\.[a-z_]+)$'), ' ') from after as a where a.kind in ('trigger', 'rule') and a.object !~ ' (public|authz|audit|governance)\.[a-z_]+$'), 'auth.users storage.buckets storage.objects',
  'their triggers are told as well [N-54 +]');
select is((select string_agg(a.object, ' ' order by a.object) from after as a where a.kind = 'owner' and a.object like 'owner of schema %'), 'owner of schema audit owner of schema authz owner of schema governance owner of schema public',
  'four schemas have owners [N-54 +, N-54 -]');
select is((select string_agg(a.object, ' ' order by a.object) from after as a where a.kind = 'grants' and a.object like 'rights on schema %'), 'rights on schema audit rights on schema authz rights on schema governance rights on schema public',
  'and rights [N-54 +, N-54 -]');
select is((select string_agg(a.object, ' ') from (select from_after.object from after as from_after group by from_after.object, from_after.kind having count(*) > 1) as a), null, 'nothing is told twice [N-54 -]');

select * from finish();
rollback;
