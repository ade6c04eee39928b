import type { Fault } from './fault.ts';

export const ROLES_AND_GRANTS: Readonly<Record<string, readonly Fault[]>> = {
  'roles-bound': [
    { told: 'a realm that bypasses policies', plant: 'alter role patient bypassrls', caught: 'patient' },
    {
      told: 'a realm that owns a table',
      plant: 'alter table public.patients owner to internal_ops',
      caught: 'internal_ops',
    },
    {
      told: 'a realm that is a member of the service role',
      plant: 'grant service_role to authenticated',
      caught: 'authenticated',
    },
    {
      told: 'an owner of definer functions that can log in',
      plant: 'alter role cordon_definer login',
      caught: 'cordon_definer',
    },
  ],
  'insights-read-little': [
    {
      told: 'a table above INTERNAL',
      plant: 'grant select (birth_date) on public.patient_identity to cordon_insights',
      caught: 'public.patient_identity.birth_date',
    },
    {
      told: 'a whole table',
      plant: 'grant select on public.beds to cordon_insights',
      caught: 'public.beds',
    },
    {
      told: 'a write',
      plant: 'grant update (label) on public.beds to cordon_insights',
      caught: 'public.beds.label',
    },
    {
      told: 'a table that everybody may read',
      plant: 'grant select (diagnosis) on public.medical_record_details to public',
      caught: 'public.medical_record_details.diagnosis',
    },
    {
      told: 'rows of every organisation',
      plant: 'alter policy insights_select on public.patients using (true)',
      caught: 'public.patients policy insights_select',
    },
    {
      told: 'a second function that makes what leaves',
      plant:
        'grant create on schema public to cordon_insights; alter function public.list_insight_dispatches(integer) owner to cordon_insights',
      caught: 'public.list_insight_dispatches(latest integer)',
    },
  ],
  'schemas-closed': [
    {
      told: 'USAGE on authz',
      plant: 'grant usage on schema authz to authenticated',
      caught: 'schema authz for authenticated',
    },
    {
      told: 'CREATE on public',
      plant: 'grant create on schema public to public',
      caught: 'schema public for anon',
    },
  ],
  'table-privileges': [
    { told: 'DELETE', plant: 'grant delete on public.patients to authenticated', caught: 'public.patients' },
    {
      told: 'TRUNCATE',
      plant: 'grant truncate on public.patients to service_role',
      caught: 'public.patients',
    },
    {
      told: 'TRIGGER',
      plant: 'grant trigger on public.patients to authenticated',
      caught: 'public.patients',
    },
    {
      told: 'SELECT for PUBLIC',
      plant: 'grant select on public.patients to public',
      caught: 'public.patients',
    },
  ],
  'writes-granted-by-column': [
    {
      told: 'UPDATE on a whole table',
      plant: 'grant update on public.patients to authenticated',
      caught: 'public.patients',
    },
  ],
  'no-sequence-grants': [
    {
      told: 'a column that counts across tenants',
      plant: 'create table public.planted (id bigint generated always as identity)',
      caught: 'public.planted',
    },
    {
      told: 'a sequence in reach',
      plant: 'create sequence public.planted; grant usage on sequence public.planted to authenticated',
      caught: 'public.planted',
    },
  ],
  'default-privileges-empty': [
    {
      told: 'the platform default for tables',
      plant: 'alter default privileges for role postgres in schema public grant select on tables to anon',
      caught: 'tables in schema public',
    },
    {
      told: 'EXECUTE for PUBLIC on every new function',
      plant: 'alter default privileges for role postgres grant execute on functions to public',
      caught: 'functions by default for every schema',
    },
  ],
  'nothing-published': [
    {
      told: 'a published table',
      plant: 'create publication planted for table public.patients',
      caught: 'public.patients',
    },
    {
      told: 'a published schema',
      plant: 'create publication planted for tables in schema public',
      caught: 'public.patients',
    },
  ],
};
