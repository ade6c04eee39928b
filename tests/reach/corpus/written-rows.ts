import type { Migration } from './migration.ts';
import { ASLEEP, CONDITIONAL, OPEN, RECORD, RULING, UNWATCHED, WRITTEN } from './told-of-rows.ts';

/** A function that makes every operator an administrator. */
const promote = (takes: string) =>
  `create function public.promote(${takes}) returns integer language sql as $$ update public.ops_members set role = 'admin'; select 1 $$;`;

/** A record in parts. */
const PARTED = `create schema months; create table public.parted (m integer) partition by list (m);
  create trigger _020_append_only before update or delete on public.parted for each row execute function authz.tg__append_only();
  create table months.one partition of public.parted for values in (1)`;

const widening = (does: string, sql: string, tells: readonly string[] = [WRITTEN()]): Migration => ({
  does,
  sql,
  tells,
  widens: true,
  writesRows: true,
});
const harmless = (does: string, sql: string): Migration => ({
  does,
  sql,
  tells: [],
  widens: false,
  writesRows: true,
});

export const WRITTEN_ROWS: readonly Migration[] = [
  widening(
    'makes every operator an administrator by the type of a column',
    `alter table public.ops_members alter column role type text using 'admin'`,
  ),
  harmless(
    'gives a column on which much depends the type that it has',
    'alter table public.ops_members alter column role type text',
  ),
  harmless(
    'gives a column on which nothing depends another type by an expression',
    `create table public.notes (x text); alter table public.notes alter column x type integer using x::integer`,
  ),
  widening(
    'writes a row of operators by a name without a schema',
    `set local search_path = public; update ops_members set role = 'admin'`,
  ),
  widening(
    'writes a row of operators with a comment in between',
    `do $$ begin update/**/public.ops_members set role = 'admin'; end $$`,
  ),
  widening(
    'writes a row of operators by a name without a schema in a block',
    `do $$ begin set local search_path = public, pg_temp; update ops_members set role = 'admin'; end $$`,
  ),
  widening(
    'puts together in a block what it writes',
    `do $$ begin execute format('update %I.%I set role = %L', 'public', 'ops_members', 'admin'); end $$`,
  ),
  widening(
    'runs in a block what stands in a variable',
    `do $$ declare d text := 'update public.ops_' || 'members set archived_at = null'; begin execute d; end $$`,
  ),
  harmless(
    'defines in a block what it puts together',
    `do $$ declare t text; begin
      foreach t in array array['beds', 'vehicles'] loop
        execute format('comment on table public.%I is %L', t, 'Nothing else.');
        execute 'alter table public.' || t || ' set (fillfactor = 90)';
      end loop; end $$`,
  ),
  harmless(
    'counts in a block the rows of a table that it is told',
    `do $$ declare n bigint; begin execute format('select count(*) from public.%I', 'beds') into n; end $$`,
  ),
  harmless(
    'speaks in a block of what it does not write',
    `do $$ begin /* update public.ops_members */ if false then raise exception 'nobody may update ops_members'; end if; end $$`,
  ),
  widening(
    'calls a function that writes what decides',
    `create function public.promote() returns void language sql as $$ update public.ops_members set role = 'admin' $$;
      select public.promote(); drop function public.promote()`,
  ),
  harmless(
    'makes a function that would write what decides, and drops it without a call',
    `create function public.promote() returns void language sql as $$ update public.ops_members set role = 'admin' $$;
      drop function public.promote()`,
  ),
  harmless('calls a function that only reads', 'select authz.role_rank($$doctor$$)'),
  widening(
    'writes what decides through a view',
    `create view governance.operators with (security_invoker = true) as select * from public.ops_members;
      update governance.operators set role = 'admin'; drop view governance.operators`,
  ),
  widening(
    'writes a row of operators where rows are only found first',
    `with found as (update public.ops_members set role = 'admin' returning user_id) select count(*) from found`,
  ),
  // What is defined only somewhere.
  widening(
    'grants something at another hour',
    `do $$ begin if now() > '2999-01-01' then grant select on public.patient_identity to anon; end if; end $$`,
    [CONDITIONAL],
  ),
  widening(
    'grants something where one clinic is',
    `do $$ declare o uuid; begin
      for o in select organisation_id from public.beds where label = 'x' loop execute 'grant select on public.patients to anon'; end loop; end $$`,
    [CONDITIONAL],
  ),
  widening(
    'grants something unless it ended before',
    `do $$ begin if current_setting('port') <> '1' then return; end if; alter table public.patients disable row level security; end $$`,
    [CONDITIONAL],
  ),
  widening(
    'takes back what it has defined where something fails',
    `do $$ begin revoke select on public.beds from anon; perform 1 / 0; exception when division_by_zero then null; end $$`,
    [CONDITIONAL],
  ),
  widening(
    'grants something to whom a row names',
    `do $$ declare r text; begin select coalesce(max(label), 'anon') into r from public.beds where label = 'anon';
      execute format('grant select on public.patients to %I', r); execute format('revoke select on public.patients from %I', r); end $$`,
    [CONDITIONAL],
  ),
  widening(
    'makes a policy of what a row says',
    `do $$ declare r text := (select coalesce(max(label), 'x') from public.beds); begin
      execute format('create policy q on public.beds for select to anon using (ward = %L)', r); execute 'drop policy q on public.beds'; end $$`,
    [CONDITIONAL],
  ),
  widening(
    'tells a function that it brings whom to grant something',
    `create function public.open(r text) returns void language plpgsql as
      $$ begin execute format('revoke select on public.patients from %I', r); end $$;
      do $$ declare r text; begin r := (select coalesce(max(label), 'anon') from public.beds where label = 'anon'); perform public.open(r); end $$;
      drop function public.open(text)`,
    [CONDITIONAL],
  ),
  harmless(
    'grants something in a block to whom it names itself, in the database where it is',
    `do $$ declare r text := 'anon'; v text; begin v := 'public'; execute format('revoke create on schema %I from %I', v, r);
      execute format('comment on table public.beds is %L', current_database()); end $$`,
  ),
  widening(
    'calls a function that defines something only for some rows',
    `create function public.open() returns void language sql as $$ grant select on public.patients to anon $$;
      select public.open() from public.beds where label = 'x'; drop function public.open()`,
    [CONDITIONAL],
  ),
  widening(
    'calls where it is installed what runs its text later',
    `do $$ begin if to_regnamespace('cron') is not null then perform cron.schedule('x', '* * * * *', 'grant ' || 'select on public.patients to anon'); end if; end $$`,
    [CONDITIONAL],
  ),
  harmless(
    'defines in a block as often as it says',
    `do $$ begin for i in 1..2 loop execute format('comment on table public.beds is %L', 'Of a ward.'); end loop;
      create table if not exists public.beds (x text); end $$`,
  ),
  harmless(
    'stops where something is missing, and else defines',
    `do $$ begin if to_regclass('public.beds') is null then raise exception 'no beds'; end if;
      comment on table public.beds is 'Of a ward.'; end $$`,
  ),
  harmless(
    'makes a function that defines under a condition, and does not call it',
    `create function public.later() returns void language plpgsql as
      $$ begin if now() > '2999-01-01' then create table public.x (); end if; end $$; drop function public.later()`,
  ),
  // What is taken away with all its rows, here or only elsewhere.
  {
    ...widening('deletes what happened in one month alone', 'delete from months.one where false', [
      RECORD('months.one'),
    ]),
    given: PARTED,
  },
  {
    ...widening('drops a month of what happened', 'drop table months.one', [RECORD('months.one')]),
    given: PARTED,
  },
  {
    ...widening('drops a month of what happened in a block', 'do $$ begin drop table months.one; end $$', [
      RECORD('months.one'),
    ]),
    given: PARTED,
  },
  widening('drops a table where there is one', 'drop table if exists access_log_months.access_log_1999_01', [
    CONDITIONAL,
  ]),
  widening(
    'drops a table in a block where there is one',
    'do $$ begin drop table if exists access_log_months.access_log_1999_01; end $$',
    [CONDITIONAL],
  ),
  widening(
    'drops a schema with all that it holds where there is one',
    'drop schema if exists months cascade',
    [CONDITIONAL],
  ),
  widening(
    'switches the triggers of a table off where there is one',
    'alter table if exists access_log_months.access_log_1999_01 disable trigger all',
    [CONDITIONAL],
  ),
  harmless(
    'drops what it has made itself, in case that it is there',
    `create table public.kept (x integer); drop table if exists public.kept; create table public.copied as select 1 as x; drop table if exists public.copied`,
  ),
  // What sleeps while it writes.
  widening(
    'deletes what happened while its guard is off',
    `alter table public.case_activity_log disable trigger _020_append_only; delete from public.case_activity_log;
      alter table public.case_activity_log enable always trigger _020_append_only`,
    [RECORD('public.case_activity_log'), ASLEEP('public.case_activity_log')],
  ),
  widening(
    'changes an invoice in a block while its guard is off',
    `do $$ begin alter table public.invoices disable trigger _060_frozen; update public.invoices set currency = 'EUR' where false;
      alter table public.invoices enable always trigger _060_frozen; end $$`,
    [ASLEEP('public.invoices')],
  ),
  widening(
    'changes an invoice while its guard does something else',
    `create or replace function authz.tg_invoices__frozen() returns trigger language plpgsql as $$ begin return new; end $$;
      update public.invoices set currency = 'EUR' where false;
      create or replace function authz.tg_invoices__frozen() returns trigger language plpgsql as $$ begin return null; end $$`,
    [
      'changed: authz.tg_invoices__frozen(), which 1 trigger asks, acts with the rights of its caller, runs under the settings of its caller, has another text',
      ASLEEP('public.invoices'),
    ],
  ),
  harmless(
    'changes beds, and only then makes their trigger anew',
    `update public.beds set label = label where false; drop trigger _100_stamp on public.beds;
      create trigger _100_stamp before insert or update on public.beds for each row execute function authz.tg__stamp();
      alter table public.beds enable always trigger _100_stamp`,
  ),
  widening(
    'changes an invoice while what its guard asks is called otherwise, and another one answers',
    `alter function authz.is_system() rename to is_other; create function authz.is_system() returns boolean language sql as 'select true';
      update public.invoices set currency = 'EUR' where false;
      drop function authz.is_system(); alter function authz.is_other() rename to is_system`,
    [ASLEEP('public.invoices')],
  ),
  widening(
    'changes an invoice in a block while what its guard asks is another one',
    `do $$ begin alter function authz.is_system() rename to is_other;
      create function authz.is_system() returns boolean language sql as 'select true';
      update public.invoices set currency = 'EUR' where false;
      drop function authz.is_system(); alter function authz.is_other() rename to is_system; end $$`,
    [ASLEEP('public.invoices')],
  ),
  harmless(
    'changes an invoice while a function that no guard asks is called otherwise',
    `alter function public.dispatch_transfer rename to other; update public.invoices set currency = 'EUR' where false;
      alter function public.other rename to dispatch_transfer`,
  ),
  ...[
    'alter event trigger watches disable; create table public.x (); drop table public.x; alter event trigger watches enable always',
    `drop event trigger watches; create event trigger watches on ddl_command_end execute function audit.tg__ddl();
      alter event trigger watches enable always`,
    `do $$ begin alter event trigger watches disable; alter event trigger watches enable always; end $$`,
    `alter function audit.tg__ddl() rename to other; alter function audit.other() rename to tg__ddl`,
  ].map(
    (sql, at): Migration => ({
      ...widening(`lets what watches over definitions sleep for a while (${at + 1})`, sql, [UNWATCHED]),
      given: `create event trigger watches on ddl_command_end execute function audit.tg__ddl(); alter event trigger watches enable always`,
      asSuperuser: true,
    }),
  ),
  // What is no membership yet, and what is evidence.
  widening(
    'invites somebody',
    'insert into public.invitations (organisation_id) select organisation_id from public.invitations where false',
    [WRITTEN('public.invitations')],
  ),
  widening('answers for operations', 'delete from governance.schema_changes where false', [
    WRITTEN('governance.schema_changes'),
  ]),
  widening(
    'writes down what did not happen',
    'insert into public.disclosures select * from public.disclosures where false',
    [RECORD('public.disclosures')],
  ),
  widening('leaves something in what a person gets', 'delete from governance.export_exclusions where false', [
    RULING('governance.export_exclusions'),
  ]),
  // By whatever name, and whoever calls.
  widening(
    'writes a row of operators under another name',
    `alter table public.ops_members rename to others; update public.others set role = 'admin'; alter table public.others rename to ops_members`,
  ),
  widening(
    'writes a row of operators in another schema',
    `do $$ begin alter table public.ops_members set schema governance; update governance.ops_members set role = 'admin';
      alter table governance.ops_members set schema public; end $$`,
  ),
  widening(
    'writes a row of operators through a table that is its parent for a while',
    `create table public.parent (like public.ops_members); alter table public.ops_members inherit public.parent;
      update public.parent set role = 'admin'; alter table public.ops_members no inherit public.parent; drop table public.parent`,
  ),
  widening(
    'writes a row of operators by its code points',
    `do $$ begin update public.U&"ops\\005fmembers" set role = 'admin'; end $$`,
  ),
  widening(
    'calls a procedure that writes what decides',
    `create procedure public.promote() language sql as
      $$ update public.ops_members set role = 'admin' $$; call public.promote(); drop procedure public.promote()`,
  ),
  widening(
    'writes what decides behind an operator',
    `${promote('integer, integer')} create operator public.=== (leftarg = integer, rightarg = integer, function = public.promote);
      select 1 operator(public.===) 2; drop operator public.=== (integer, integer); drop function public.promote(integer, integer)`,
  ),
  widening(
    'writes what decides behind a cast',
    `create type public.pair as (a integer); ${promote('public.pair')}
      create cast (public.pair as integer) with function public.promote(public.pair); select row(1)::public.pair::integer;
      drop cast (public.pair as integer); drop function public.promote(public.pair); drop type public.pair`,
  ),
  widening(
    'writes what decides by what looks like a column',
    `${promote('public.beds')} select b.promote from public.beds as b; drop function public.promote(public.beds)`,
  ),
  widening(
    'writes what decides by asking a view',
    `${promote('')} create view public.asked as select public.promote(); select from public.asked; drop view public.asked; drop function public.promote()`,
  ),
  widening(
    'writes what decides by a trigger on what it writes',
    `create function public.promote() returns trigger language plpgsql as $$ begin update public.ops_members set role = 'admin'; return new; end $$;
      create table public.x (i integer); create trigger t before insert on public.x for each row execute function public.promote();
      insert into public.x values (1); drop table public.x; drop function public.promote()`,
  ),
  widening(
    'puts together in a block a word that writes',
    `do $$ begin execute 'with a as (upd' || 'ate public.ops_members set role = ''admin'' returning 1) select from a'; end $$`,
  ),
  widening(
    'puts together in a block a word that writes, behind what defines',
    `do $$ begin execute 'comment on table public.beds is null; upd' || 'ate public.ops_members set role = ''admin'''; end $$`,
  ),
  widening(
    'puts together beforehand what it writes behind a definition',
    `do $$ declare t text := 'beds is null; upd' || 'ate public.ops_members set role = ''admin'''; begin execute 'comment on table public.' || t; end $$`,
  ),
  widening(
    'spells in a block what it runs by the codes of its signs',
    `do $$ begin execute E'comment on table public.beds is null; upd\\x61te public.ops_members set role = ''admin'''; end $$`,
  ),
  widening(
    'runs in a block what a function makes of a text',
    `do $$ begin execute 'comment on table public.beds is null; ' || reverse('''nimda'' = elor tes srebmem_spo.cilbup etadpu'); end $$`,
    [OPEN],
  ),
  harmless(
    'puts a name in quotes into what it defines in a block',
    `do $$ declare t text := 'beds'; begin execute 'comment on table public.' || quote_ident(t) || ' is ' || quote_literal('Of a ward.');
      execute format('alter table public.%I set (fillfactor = 90)', t); end $$`,
  ),
];
