import type { Migration } from './migration.ts';
import { ASLEEP, CONDITIONAL, OPEN, RECORD, WRITTEN } from './told-of-rows.ts';

const UNREAD =
  'changed: the migration runs a block or a function that cannot be read here: what it does, nobody can tell';

const told = (does: string, tells: readonly string[], sql: string): Migration => ({
  does,
  sql,
  tells,
  widens: tells.length > 0,
  writesRows: true,
});
const harmless = (does: string, sql: string) => told(does, [], sql);

/** A role that holds nothing of what is taken from it, so that no catalog shows anything. */
const REVOKE = 'revoke select on public.patients from %I';

/** What only somebody who reads a block as PostgreSQL does can tell of it. */
export const BLOCKS: readonly Migration[] = [
  told(
    'puts together what it writes by a width that is an argument',
    [OPEN],
    `do $$ begin execute format('update public.beds set label = label where 1 > 2 %*s', 0, '; update public.ops_members set role = ''admin'''); end $$`,
  ),
  // Where a block is done, and where it is not.
  told(
    'grants something behind a column that is called like the end of a condition',
    [CONDITIONAL],
    `do $$ begin if now() > '2999-01-01' then perform label as end from public.beds; grant select on public.patients to anon; end if; end $$`,
  ),
  harmless(
    'defines behind a column that is called like a loop',
    `do $$ begin perform label as loop from public.beds; comment on table public.beds is 'Of a ward.'; end $$`,
  ),
  harmless(
    'defines behind a block of which something may be taken back',
    `do $$ begin begin perform 1 / 0; exception when division_by_zero then null; end; comment on table public.beds is 'Of a ward.'; end $$`,
  ),
  harmless(
    'defines what a variable says beside a block of which something may be taken back',
    `do $$ declare t text := 'beds'; begin begin perform 1 / 0; exception when division_by_zero then null; end; execute format('comment on table public.%I is null', t); end $$`,
  ),
  told(
    'defines in a loop that a condition ends with the block',
    [CONDITIONAL],
    `do $$ begin for i in 1..2 loop execute format('comment on table public.beds is %L', i); if now() > '2999-01-01' then return; end if; end loop; end $$`,
  ),
  told(
    'defines in a block of which something may be taken back',
    [CONDITIONAL],
    `do $$ begin <<inner>> begin comment on table public.beds is 'Of a ward.'; perform 1 / 0; exception when division_by_zero then null; end; end $$`,
  ),
  told(
    'defines where something has failed',
    [CONDITIONAL],
    `do $$ begin begin perform count(*) from public.beds; exception when others then comment on table public.beds is null; end; end $$`,
  ),
  harmless(
    'defines behind a block that may be left before its end',
    `do $$ begin <<done>> begin if now() > '2999-01-01' then exit done; end if; end; comment on table public.beds is 'Of a ward.'; end $$`,
  ),
  told(
    'defines in a block that may have been left before',
    [CONDITIONAL],
    `do $$ begin <<done>> begin exit done when now() > '2999-01-01'; comment on table public.beds is 'Of a ward.'; end; end $$`,
  ),
  told(
    'defines in a loop that may be left after one round',
    [CONDITIONAL],
    `do $$ begin for i in 1..2 loop execute format('comment on table public.%I is null', (array['beds', 'vehicles'])[i]); exit when now() > '2999-01-01'; end loop; end $$`,
  ),
  told(
    'defines in one branch of a choice',
    [CONDITIONAL],
    `do $$ begin case (select count(*) from public.beds) when 0 then null; else comment on table public.beds is null; end case; end $$`,
  ),
  told(
    'calls in a block a function that defines something only for some rows',
    [CONDITIONAL],
    `create function public.open() returns void language sql as $$ grant select on public.patients to anon $$;
      do $$ begin perform public.open() from public.beds where label = 'x'; end $$; drop function public.open()`,
  ),
  told(
    'calls in a block a function that defines something only behind another condition',
    [CONDITIONAL],
    `create function public.open() returns boolean language plpgsql as $$ begin grant select on public.patients to anon; return true; end $$;
      do $$ begin if now() > '2999-01-01' and public.open() then null; end if; end $$; drop function public.open()`,
  ),
  harmless(
    'calls in a block a function that defines something, and looks at what it gives',
    `create function public.open() returns boolean language plpgsql as $$ begin comment on table public.beds is null; return true; end $$;
      do $$ declare t text; begin if not public.open() then raise exception 'no'; end if; t := lower(public.open()::text) || 'x'; end $$;
      drop function public.open()`,
  ),
  told(
    'calls in a block a function that defines something, or not, as an expression decides',
    [CONDITIONAL],
    `create function public.open() returns boolean language plpgsql as $$ begin comment on table public.beds is null; return true; end $$;
      do $$ begin perform coalesce(now() < '2999-01-01', public.open()); end $$; drop function public.open()`,
  ),
  // Who is told, and of what.
  told(
    'takes something from whom a condition chooses',
    [CONDITIONAL],
    `do $$ declare r text := 'anon'; begin if now() > '2999-01-01' then r := 'pg_read_all_data'; end if; execute format('${REVOKE}', r); end $$`,
  ),
  told(
    'takes something from whom an expression chooses',
    [CONDITIONAL],
    `do $$ begin execute format('${REVOKE}', case when transaction_timestamp() > '2999-01-01' then 'pg_read_all_data' else 'anon' end); end $$`,
  ),
  told(
    'takes something from whom a function names',
    [CONDITIONAL],
    `create function public.whom() returns text language sql as $$ select coalesce(max(label), 'anon') from public.beds where false $$;
      do $$ begin execute format('${REVOKE}', public.whom()); end $$; drop function public.whom()`,
  ),
  told(
    'takes something from whom a loop found last',
    [CONDITIONAL],
    `do $$ declare r text := 'anon'; begin for r in select rolname from pg_roles where rolname = 'anon' loop null; end loop; execute format('${REVOKE}', coalesce(r, 'anon')); end $$`,
  ),
  told(
    'writes into a comment how many rows there were',
    [CONDITIONAL],
    `do $$ declare n integer; begin perform from public.beds; get diagnostics n = row_count; execute format('comment on table public.beds is %L', n); end $$`,
  ),
  told(
    'writes into a comment what a cursor brings',
    [CONDITIONAL],
    `do $$ declare c cursor for select label from public.beds; v text; begin open c; fetch c into v; execute format('comment on table public.beds is %L', v); end $$`,
  ),
  told(
    'hands over to a text that calls a function what a row says',
    [CONDITIONAL],
    `create function public.open(r text) returns void language plpgsql as $$ begin execute format('${REVOKE}', r); end $$;
      do $$ declare r text := (select coalesce(max(label), 'anon') from public.beds where false); begin execute 'select public.open($1)' using r; end $$;
      drop function public.open(text)`,
  ),
  told(
    'tells a function by its number what a row says, and not by its name',
    [CONDITIONAL],
    `create function public.open(r text) returns void language plpgsql as $$ begin r := (select coalesce(max(label), 'anon') from public.beds where false); execute format('${REVOKE}', $1); end $$;
      select public.open('anon'); drop function public.open(text)`,
  ),
  told(
    'leaves to a function what it says of a setting',
    [CONDITIONAL],
    `create function public.open(r text default coalesce(current_setting('x.y', true), 'anon')) returns void language plpgsql as $$ begin execute format('${REVOKE}', r); end $$;
      select public.open(); drop function public.open(text)`,
  ),
  told(
    'leaves to a function what it does where it is told nothing',
    [WRITTEN()],
    `create function public.promote() returns text language sql as $$ update public.ops_members set role = 'admin'; select 'x' $$;
      create function public.open(r text default public.promote()) returns void language plpgsql as $$ begin null; end $$;
      select public.open(); drop function public.open(text); drop function public.promote()`,
  ),
  told(
    'lets a trigger run what a row says, beside a text of the same name',
    [OPEN, CONDITIONAL],
    `create function public.promote() returns trigger language plpgsql as $$ declare s text := 'comment on table public.beds is null'; begin execute new.s; return new; end $$;
      create table public.x (s text); create trigger t before insert on public.x for each row execute function public.promote();
      insert into public.x values ('comment on table public.beds is null'); drop table public.x; drop function public.promote()`,
  ),
  harmless(
    'hands over to a text that calls a function what stands there',
    `create function public.open(r text) returns void language plpgsql as $$ begin execute format('${REVOKE}', r); end $$;
      do $$ begin execute 'select public.open($1)' using 'anon'; perform public.open(lower('ANON')); end $$; drop function public.open(text)`,
  ),
  ...[
    `declare a text := 'x'; b alias for a; begin b := (select label from public.beds where false); execute format('comment on table public.beds is %L', a)`,
    `<<whole>> declare a text := 'x'; begin whole.a := (select label from public.beds where false); execute format('comment on table public.beds is %L', whole.a)`,
    `declare r record; begin select label as said into r from public.beds where false; execute format('comment on table public.beds is %L', r.said)`,
    `declare b public.beds := (select b from public.beds as b where false); begin b.archived_at := null; execute format('comment on table public.beds is %L', b.label)`,
    `declare a text; begin a /* := 'x' -- */ := (select label from public.beds where false); execute format('comment on table public.beds is %L', a)`,
    `begin execute format('comment on table public.beds is %L', 'now'::timestamptz)`,
    `declare a text; begin execute 'select label from public.beds where false' into a; execute format('comment on table public.beds is %L', a)`,
    `declare a text; begin for a in execute 'select label from public.beds' loop null; end loop; execute format('comment on table public.beds is %L', a)`,
  ].map((sql, at) =>
    told(
      `writes into a comment what a row or the hour says, by another way (${at + 1})`,
      [CONDITIONAL],
      `do $$ ${sql}; end $$`,
    ),
  ),
  told(
    'writes a row of operators behind a column that is called like a declaration',
    [UNREAD],
    `create procedure public.promote() language sql as $$ update public.ops_members set role = 'admin' $$;
      do $$ begin perform case when true then declare end from (select 1 as declare) as q; call public.promote(); truncate public.ops_members; end $$;
      drop procedure public.promote()`,
  ),
  // What is put together of pieces that stand there.
  harmless(
    'defines what stands in a list of statements',
    `do $$ declare s text; begin foreach s in array array['comment on table public.beds is null', 'alter table public.beds set (fillfactor = 90)'] loop execute s; end loop; end $$`,
  ),
  harmless(
    'puts together in a loop what it then defines',
    `do $$ declare s text; t text; names constant text[] := array['beds', 'vehicles']; begin foreach t in array names loop
      s := format('comment on table public.%I is %L', t, 'Nothing else.'); execute s; end loop;
      for t in values ('beds'), ('vehicles') loop execute 'comment on table public.' || t || ' is null'; end loop; end $$`,
  ),
  told(
    'writes what stands in a list of statements',
    [WRITTEN()],
    `do $$ declare s text; begin foreach s in array array['comment on table public.beds is null', 'update public.ops_members set role = ''admin'''] loop execute s; end loop; end $$`,
  ),
  told(
    'adds to a text what it then runs',
    [OPEN],
    `do $$ declare s text := ''; t text; begin foreach t in array array['beds', 'vehicles'] loop
      s := s || format('comment on table public.%I is null;', t); end loop; execute s; end $$`,
  ),
  harmless(
    'defines for each of a list, in one text',
    `do $$ begin execute (select string_agg(format('comment on table public.%I is null', t), '; ') from unnest(array['beds', 'vehicles']) as t); end $$`,
  ),
  told(
    'defines for each that a catalog lists, in one text',
    [CONDITIONAL],
    `do $$ begin execute (select string_agg(format('comment on table public.%I is null', tablename), '; ') from pg_tables where tablename = 'beds'); end $$`,
  ),
  told(
    'runs for each that a catalog lists what a query puts together',
    [CONDITIONAL],
    `do $$ declare r record; begin for r in select format('comment on table public.%I is null', tablename) as s from pg_tables where tablename = 'beds' loop execute r.s; end loop; end $$`,
  ),
  told(
    'drops in a block a table whose name it is told by its caller',
    [OPEN],
    `create table public.x (); create function public.open(t text) returns void language plpgsql as $$ begin execute format('drop table public.%I', t); end $$;
      select public.open('x'); drop function public.open(text)`,
  ),
  told(
    'runs what its caller says, or else something of its own',
    [OPEN, CONDITIONAL],
    `create function public.open(t text) returns void language plpgsql as $$ begin if t is null then t := 'comment on table public.beds is null'; end if; execute t; end $$;
      select public.open('comment on table public.beds is null'); drop function public.open(text)`,
  ),
  harmless(
    'speaks of what it does not write beside what it runs',
    `do $$ begin raise notice 'update public.ops_members'; execute 'comment on table public.beds is null'; end $$`,
  ),
  // What is written.
  told(
    'writes a row of operators and of no table that inherits from them',
    [WRITTEN()],
    `do $$ begin update only (public.ops_members) set role = 'admin'; end $$`,
  ),
  told(
    'empties beds and, in the same breath, what happened',
    [RECORD('public.disclosures')],
    `do $$ begin if false then truncate public.notes, public.disclosures; end if; end $$`,
  ),
  told(
    'writes what decides in a block within a block',
    [WRITTEN()],
    `do $a$ begin execute $b$ do $c$ begin execute 'update public.ops_' || $d$members set role = 'admin'$d$; end $c$ $b$; end $a$`,
  ),
  told(
    'makes in a block a function that writes what decides, and calls it',
    [WRITTEN()],
    `do $a$ begin execute format('create function public.%I() returns void language sql as %L', 'promote', 'update public.ops_members set role = ''admin''');
      perform public.promote(); drop function public.promote(); end $a$`,
  ),
  told(
    'makes in a block a trigger that writes what decides',
    [WRITTEN()],
    `create function public.promote() returns trigger language plpgsql as $$ begin update public.ops_members set role = 'admin'; return new; end $$;
      create table public.x (i integer); do $$ begin create trigger t before insert on public.x for each row execute function public.promote(); end $$;
      insert into public.x values (1); drop table public.x; drop function public.promote()`,
  ),
  told(
    'writes what decides in a body that stands in the statement',
    [WRITTEN()],
    `create procedure public.promote() begin atomic update public.ops_members set role = 'admin'; end; call public.promote(); drop procedure public.promote()`,
  ),
  told(
    'changes an invoice in a block while a guard is off that it puts a name to',
    [ASLEEP('public.invoices')],
    `do $$ begin execute format('alter table %I.%I disable trigger %I', 'public', 'invoices', '_060_frozen'); update public.invoices set currency = 'EUR' where false;
      execute format('alter table %I.%I enable always trigger %I', 'public', 'invoices', '_060_frozen'); end $$`,
  ),
  harmless(
    'changes an invoice behind a block that leaves its guard awake',
    `do $$ begin alter table public.invoices disable trigger _060_frozen; alter table public.invoices enable always trigger _060_frozen; end $$;
      update public.invoices set currency = 'EUR' where false`,
  ),
  told(
    'changes an invoice behind a block that wakes its guard only somewhere',
    [ASLEEP('public.invoices'), CONDITIONAL],
    `do $$ begin alter table public.invoices disable trigger _060_frozen;
      if current_database() <> 'x' then alter table public.invoices enable always trigger _060_frozen; end if; end $$;
      update public.invoices set currency = 'EUR' where false`,
  ),
  told(
    'changes an invoice in a block while the guards of a table sleep that a row names',
    [ASLEEP('public.invoices'), CONDITIONAL],
    `do $$ begin execute format('alter table public.%I disable trigger _060_frozen', (select coalesce(max(label), 'invoices') from public.beds where false));
      update public.invoices set currency = 'EUR' where false; alter table public.invoices enable always trigger _060_frozen; end $$`,
  ),
  // What nobody can read.
  told(
    'would run a text that is none',
    [UNREAD],
    `do $$ begin if false then execute 'upd public.ops_members'; end if; end $$`,
  ),
  told(
    'would run a function that is none',
    [UNREAD, CONDITIONAL],
    `set local check_function_bodies = off; create function public.x() returns void language plpgsql as 'begin what';
      do $$ begin if false then perform public.x(); end if; end $$; drop function public.x()`,
  ),
];
