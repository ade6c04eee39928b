import type { Fault } from './fault.ts';

export const FUNCTIONS_AND_VIEWS: Readonly<Record<string, readonly Fault[]>> = {
  'no-public-execute': [
    {
      told: 'a function with the default grant',
      plant: `create function public.planted() returns integer language sql return 1;
        grant execute on function public.planted() to public`,
      caught: 'public.planted()',
    },
    {
      told: 'a function that anon may execute',
      plant: `create function public.planted() returns integer language sql return 1;
        revoke all on function public.planted() from public;
        grant execute on function public.planted() to anon`,
      caught: 'public.planted()',
    },
  ],
  'api-functions-listed': [
    {
      told: 'a new function of the API that is not listed',
      plant: `create function public.planted() returns integer language sql return 1;
        revoke all on function public.planted() from public;
        grant execute on function public.planted() to authenticated`,
      caught: 'public.planted() for authenticated',
    },
    {
      told: 'a function that one more realm may call',
      plant: 'grant execute on function public.admit_patient(uuid, uuid, uuid) to internal_ops',
      caught: 'public.admit_patient(uuid,uuid,uuid) for internal_ops',
    },
    {
      told: 'a function that its realm may call no more',
      plant: 'revoke execute on function public.who_saw_record(uuid, timestamptz) from patient',
      caught: 'public.who_saw_record(uuid,timestamp with time zone) for patient',
    },
  ],
  'execute-needed': [
    {
      told: 'a helper that a realm may execute and none of its policies asks',
      plant: 'grant execute on function authz.holds(text[], text[]) to patient',
      caught: 'authz.holds(required_roles text[], required_capabilities text[]) for patient',
    },
    {
      told: 'a helper that only a comment of a function speaks of',
      plant: `grant execute on function authz.holds(text[], text[]) to patient;
        create function public.planted() returns integer language sql as $$ select 1 /* as authz.holds does */ $$;
        grant execute on function public.planted() to patient`,
      caught: 'authz.holds(required_roles text[], required_capabilities text[]) for patient',
    },
    {
      told: 'a helper of the seals that a realm may execute',
      plant: 'grant execute on function audit.close_table(text) to authenticated',
      caught: 'audit.close_table(table_name text) for authenticated',
    },
    {
      told: 'a helper whose last policy for a realm is gone',
      plant: `do $$ declare p record; begin
        for p in
          select distinct o.polname, o.polrelid::regclass as relation from pg_policy as o
          join pg_depend as d on d.classid = 'pg_policy'::regclass and d.objid = o.oid
          where d.refobjid = 'authz.own_patient_ids()'::regprocedure
        loop
          execute format('drop policy %I on %s', p.polname, p.relation);
        end loop; end $$`,
      caught: 'authz.own_patient_ids() for patient',
    },
  ],
  'trigger-functions-uncallable': [
    {
      told: 'a trigger function in reach',
      plant: 'grant execute on function authz.tg__stamp() to authenticated',
      caught: 'authz.tg__stamp()',
    },
  ],
  'definer-functions-listed': [
    {
      told: 'an unlisted definer function',
      plant: `create function public.planted() returns integer language sql security definer set search_path = pg_catalog, pg_temp return 1`,
      caught: 'public.planted()',
    },
    {
      told: 'a definer function that belongs to a role which bypasses policies',
      plant: 'alter function authz.organisation_for(text[], text[]) owner to postgres',
      caught: 'authz.organisation_for(',
    },
    {
      told: 'a listed function that lost SECURITY DEFINER',
      plant: 'alter function authz.user_id() security invoker',
      caught: 'authz.user_id',
    },
  ],
  'search-path-pinned': [
    {
      told: 'a function without search_path',
      plant: `create function public.planted() returns integer language plpgsql as 'begin return 1; end'`,
      caught: 'public.planted()',
    },
    {
      told: 'a search_path that lets pg_temp in first',
      plant: 'alter function authz.user_id() set search_path = public',
      caught: 'authz.user_id()',
    },
    {
      told: 'an empty search_path, which lets pg_temp in first for types',
      plant: `alter function authz.user_id() set search_path = ''`,
      caught: 'authz.user_id()',
    },
  ],
  'messages-say-no-values': [
    {
      told: 'a message with a name in it',
      plant: `create function authz.planted() returns void language plpgsql set search_path = pg_catalog, pg_temp as
        $$ declare v_name text := ''; begin raise exception 'no bed for %', v_name; end $$`,
      caught: 'authz.planted',
    },
    {
      told: 'a message with a name in it, behind what looks like the beginning of a comment',
      plant: `create function authz.planted() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as
        $$ begin raise exception 'no patient -- %', new.full_name; end $$`,
      caught: 'authz.planted',
    },
    {
      told: 'a detail with a row in it',
      plant: `create function authz.planted() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as
        $$ begin raise exception 'it''s; refused' using errcode = 'CD013', detail = new.full_name; end $$`,
      caught: 'authz.planted',
    },
  ],
  'context-never-immutable': [
    {
      told: 'an IMMUTABLE context function',
      plant: 'alter function authz.organisation_id() immutable',
      caught: 'authz.organisation_id()',
    },
    {
      told: 'an IMMUTABLE function that asks who is there, listed as pure, in a body of its own',
      plant: `create or replace function authz.role_rank(role_name text) returns smallint language sql immutable parallel safe
        set search_path = pg_catalog, pg_temp begin atomic select case when current_user = 'patient' then 10 end::smallint; end`,
      caught: 'authz.role_rank(role_name text)',
    },
  ],
  'no-leakproof': [
    {
      told: 'a LEAKPROOF function',
      plant: 'alter function authz.role_rank(text) leakproof',
      caught: 'authz.role_rank(',
    },
  ],
  'functions-hold-no-traps': [
    {
      told: 'a function that swallows every error',
      plant: `create function authz.planted() returns boolean language plpgsql as
        $$ begin return true; exception when others then return true; end $$`,
      caught: 'authz.planted()',
    },
    {
      told: 'the same behind an escaped quote',
      plant: `create function authz.planted() returns boolean language plpgsql as
        $$ begin perform E'\\'/*'; return true; exception when others then return true; -- */
        end $$`,
      caught: 'authz.planted()',
    },
    {
      told: 'a setting that outlives its transaction, in a body of its own',
      plant: `create function authz.planted() returns text language sql
        begin atomic select set_config('app.current_clinic_id', 'x', false); end`,
      caught: 'authz.planted()',
    },
    {
      told: 'a backslash behind what looks like the beginning of a comment',
      plant: String.raw`create function authz.planted() returns text language sql as $$ select '-- \'::text $$`,
      caught: 'authz.planted()',
    },
    {
      told: 'a setting that outlives its transaction',
      plant: `create function authz.planted() returns text language plpgsql as
        $$ begin return set_config('app.current_clinic_id', 'x', false); end $$`,
      caught: 'authz.planted()',
    },
    {
      told: 'dynamic SQL with the rights of its caller',
      plant: `create function public.planted(q text) returns void language plpgsql as
        $$ begin execute q; end $$; grant execute on function public.planted(text) to authenticated`,
      caught: 'public.planted(',
    },
    {
      told: 'identity taken from auth.uid()',
      plant: `create function authz.planted() returns uuid language sql as 'select auth.uid()'`,
      caught: 'authz.planted()',
    },
  ],
  'views-as-invoker': [
    {
      told: 'a view that runs with the rights of its owner',
      plant: 'create view public.planted as select 1 as one; grant select on public.planted to authenticated',
      caught: 'public.planted',
    },
    {
      told: 'a view that lost security_invoker when it was replaced',
      plant: 'alter view public.patient_profiles reset (security_invoker)',
      caught: 'public.patient_profiles',
    },
    {
      told: 'a materialised view in reach',
      plant:
        'create materialized view public.planted as select 1 as one; grant select on public.planted to anon',
      caught: 'public.planted',
    },
  ],
};
