import type { Migration } from './migration.ts';

const WRITTEN = (table = 'public.ops_members') =>
  `changed: the migration itself writes rows of ${table}, which decide who may do what`;
const OPEN =
  'changed: the migration runs statements that it only then puts together: what they write, nobody can tell';

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
    [OPEN],
  ),
  widening(
    'runs in a block what stands in a variable',
    `do $$ declare d text := 'update public.ops_' || 'members set archived_at = null'; begin execute d; end $$`,
    [OPEN],
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
];
