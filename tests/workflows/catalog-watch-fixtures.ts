import { CLINIC_A } from '../../testing/ids.ts';

/** What it is, the statements that make it, the object that differs then, and what the watch calls it. */
type Change = [told: string, plant: string, object: string, eventType: string];

/** What is planted, and what the watch calls it. Everything as the superuser, and taken back. */
export const PLANTED: readonly Change[] = [
  [
    'a trigger that is disabled',
    'alter table public.patients disable trigger _050_tenant',
    'trigger _050_tenant on public.patients',
    'catalog.trigger_disabled',
  ],
  [
    'a trigger that no longer fires in replica mode',
    'alter table public.patients enable trigger _050_tenant',
    'trigger _050_tenant on public.patients',
    'catalog.trigger_disabled',
  ],
  [
    'every trigger of a table, foreign keys among them',
    'alter table public.beds disable trigger all',
    'foreign key beds_organisation_id_fkey on public.beds',
    'catalog.trigger_disabled',
  ],
  [
    'a trigger that is gone',
    'drop trigger _020_append_only on audit.security_events',
    'trigger _020_append_only on audit.security_events',
    'catalog.trigger_dropped',
  ],
  [
    'a role that bypasses policies',
    'create role planted_bypass bypassrls',
    'role planted_bypass',
    'catalog.bypass_granted',
  ],
  ['a superuser', 'create role planted_super superuser', 'role planted_super', 'catalog.bypass_granted'],
  [
    'a member of the role that owns our functions',
    'create role planted_member; grant cordon_definer to planted_member',
    'membership of planted_member in cordon_definer',
    'catalog.membership_granted',
  ],
  [
    'another owner of a table',
    'alter table public.patients owner to postgres; create role planted_owner; alter table public.patients owner to planted_owner',
    'owner of public.patients',
    'catalog.owner_changed',
  ],
  [
    'another owner of a function',
    'alter function authz.organisation_id() owner to postgres',
    'owner of function authz.organisation_id()',
    'catalog.owner_changed',
  ],
  [
    'a policy that is gone',
    'drop policy provider_fence on public.patients',
    'policy provider_fence on public.patients',
    'catalog.policy_dropped',
  ],
  [
    'a policy that says something else',
    'alter policy provider_fence on public.patients using (true)',
    'policy provider_fence on public.patients',
    'catalog.policy_altered',
  ],
  [
    'one more permissive policy',
    'create policy planted on public.patients for select to authenticated using (true)',
    'policy planted on public.patients',
    'catalog.policy_added',
  ],
  [
    'row security that is off',
    'alter table public.patients disable row level security',
    'row security of public.patients',
    'catalog.row_security_off',
  ],
  [
    'row security that no longer binds the owner',
    'alter table public.patients no force row level security',
    'row security of public.patients',
    'catalog.row_security_off',
  ],
  [
    'a new table without row security',
    'create table public.planted (id integer)',
    'row security of public.planted',
    'catalog.row_security_off',
  ],
  [
    'a table in a publication',
    'create publication planted for table public.patients',
    'public.patients in publication planted',
    'catalog.table_published',
  ],
  [
    'a definer function with another text',
    `create or replace function authz.organisation_id() returns uuid language plpgsql stable parallel unsafe security definer cost 1000 set search_path = pg_catalog, pg_temp as $$ begin return '${CLINIC_A}'; end $$`,
    'function authz.organisation_id()',
    'catalog.function_changed',
  ],
  [
    'a definer function without its search_path',
    'alter function authz.organisation_id() reset search_path',
    'function authz.organisation_id()',
    'catalog.function_changed',
  ],
  [
    'rights on a table',
    'grant truncate on public.patients to anon',
    'rights on public.patients',
    'catalog.rights_changed',
  ],
  [
    'rights on a column',
    'grant update (mrn) on public.patients to patient',
    'rights on public.patients',
    'catalog.rights_changed',
  ],
  [
    'rights on a function',
    'grant execute on function authz.caller() to anon',
    'rights on function authz.caller()',
    'catalog.rights_changed',
  ],
  [
    'rights on a schema',
    'grant usage on schema audit to authenticated',
    'rights on schema audit',
    'catalog.rights_changed',
  ],
  [
    'a view that reads with the rights of its owner',
    'alter view public.medical_record_overview set (security_invoker = false)',
    'view public.medical_record_overview',
    'catalog.view_changed',
  ],
  [
    'a view that asks something else',
    `do $$ begin execute format('create or replace view public.medical_record_overview with (security_invoker = true) as select * from (%s) as v where true',
       rtrim(pg_get_viewdef('public.medical_record_overview'::regclass), ';')); end $$`,
    'view public.medical_record_overview',
    'catalog.view_changed',
  ],
  [
    'a new view that reads with the rights of its owner',
    'create view public.planted as select * from public.patients; grant select on public.planted to anon',
    'view public.planted',
    'catalog.view_added',
  ],
  [
    'rows that are kept where no policy is asked',
    'create materialized view public.planted as select * from public.patients',
    'view public.planted',
    'catalog.view_added',
  ],
  [
    'a new function that acts with the rights of its owner',
    `create function public.planted() returns bigint language sql security definer return (select count(*) from public.patients)`,
    'function public.planted()',
    'catalog.function_added',
  ],
  [
    'a rule that swallows a record',
    'create rule planted as on insert to audit.security_events do instead nothing',
    'rule planted on audit.security_events',
    'catalog.rule_added',
  ],
  [
    'a key between tenants that is gone',
    'alter table public.beds drop constraint beds_organisation_id_fkey',
    'constraint beds_organisation_id_fkey on public.beds',
    'catalog.constraint_dropped',
  ],
  [
    'a trigger that keeps files of patients where they are, gone',
    'drop trigger cordon_kept_delete on storage.objects',
    'trigger cordon_kept_delete on storage.objects',
    'catalog.trigger_dropped',
  ],
  [
    "somebody's trigger on the table of files",
    'create trigger planted before insert on storage.objects for each row execute function suppress_redundant_updates_trigger()',
    'trigger planted on storage.objects',
    'catalog.trigger_added',
  ],
  [
    'a trigger that ends sessions with the password, switched off',
    'alter table auth.users disable trigger _800_password',
    'trigger _800_password on auth.users',
    'catalog.trigger_disabled',
  ],
  [
    'files without row security',
    'alter table storage.objects disable row level security',
    'row security of storage.objects',
    'catalog.row_security_off',
  ],
  [
    "somebody's trigger on a table of ours",
    'create trigger planted before insert on public.patients for each row execute function suppress_redundant_updates_trigger()',
    'trigger planted on public.patients',
    'catalog.trigger_added',
  ],
  [
    "a function with its owner's rights that was given to an extension",
    `create function public.planted() returns integer language sql security definer as 'select 1';
     create extension lo schema extensions; alter extension lo add function public.planted()`,
    'function public.planted()',
    'catalog.function_added',
  ],
];

/** What is new, and opens nothing by itself. */
export const HARMLESS: readonly Change[] = [
  [
    'a view that reads with the rights of its caller',
    'create view public.planted with (security_invoker = on) as select * from public.patients',
    'view public.planted',
    'catalog.view_added',
  ],
  [
    'a function that acts with the rights of its caller',
    'create function public.planted() returns integer language sql return 1',
    'function public.planted()',
    'catalog.function_added',
  ],
  [
    'one more constraint',
    'alter table public.beds add constraint planted check (label is not null)',
    'constraint planted on public.beds',
    'catalog.constraint_added',
  ],
];
