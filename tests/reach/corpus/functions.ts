import type { Migration } from './migration.ts';

/** authz.user_id as the sources have it: what policies ask through colleague_ids, own_patient_ids and others. */
const USER_ID = (body: string, more = 'security definer') => `
  create or replace function authz.user_id() returns uuid language plpgsql stable parallel unsafe ${more}
    set search_path = pg_catalog, pg_temp as $$ ${body} $$`;

export const FUNCTIONS: readonly Migration[] = [
  {
    does: 'makes a function that acts with the rights of who owns everything',
    sql: `create function public.patient_count() returns bigint language sql stable security definer set search_path = pg_catalog, pg_temp
        as 'select count(*) from public.patients';
      grant execute on function public.patient_count() to authenticated`,
    widens: true,
    tells: [
      'widened: clinic staff can now call public.patient_count(), which acts with the rights of postgres, whom no policy binds,',
    ],
  },
  {
    does: 'makes a function that PUBLIC may call',
    sql: `create function public.greet() returns text language sql immutable as $$select 'hello'$$; grant execute on function public.greet() to public`,
    widens: true,
    tells: [
      'widened: whoever has not signed in can now call public.greet()',
      'widened: clinic staff can now call public.greet()',
      'widened: the login of requests can now call public.greet()',
      'widened: Smart Insights can now call public.greet()',
      'widened: operations can now call public.greet()',
      'widened: patients can now call public.greet()',
      'widened: the service role can now call public.greet()',
    ],
  },
  {
    does: 'makes a function that nobody can call',
    sql: `create function public.greet() returns text language sql immutable as $$select 'hello'$$`,
    widens: false,
    tells: [],
  },
  {
    does: 'makes a procedure that operations may call',
    sql: `create procedure public.tidy() language plpgsql security definer as $$ begin null; end $$; grant execute on procedure public.tidy() to internal_ops`,
    widens: true,
    tells: [
      'widened: operations can now call public.tidy(), which acts with the rights of postgres, whom no policy binds,',
    ],
  },
  {
    does: 'makes an overload of a function that patients may call',
    sql: `create function public.export_signed_form(text) returns text language sql as $$select 'x'$$; grant execute on function public.export_signed_form(text) to patient`,
    widens: true,
    tells: ['widened: patients can now call public.export_signed_form(text)'],
  },
  {
    does: 'makes an overload that a helper of policies may find instead of what it calls',
    sql: `create function authz.is_within_hours(uuid, integer[], timestamptz, variadic text[]) returns boolean language sql stable as $$select true$$`,
    widens: true,
    tells: [
      'changed: authz.is_within_hours(uuid, integer[], timestamp with time zone, text[]) is new beside a function of the same name, which 4 functions, 19 policies and 1 trigger ask',
    ],
  },
  {
    does: 'lets a function act with the rights of its owner',
    sql: 'alter function public.admit_patient(uuid, uuid, uuid) security definer',
    widens: true,
    tells: [
      'changed: public.admit_patient(uuid, uuid, uuid), callable by clinic staff, acts with the rights of postgres, whom no policy binds,',
    ],
  },
  {
    does: 'gives a function that staff may call to another owner',
    sql: 'alter function public.set_context(uuid, text) owner to postgres',
    widens: true,
    tells: [
      'changed: public.set_context(uuid, text), callable by clinic staff, belongs to postgres, whom no policy binds, instead of cordon_definer',
    ],
  },
  {
    does: 'loses the search_path of a function that acts with its owner rights',
    sql: 'alter function public.set_context(uuid, text) reset search_path',
    widens: true,
    tells: [
      'changed: public.set_context(uuid, text), callable by clinic staff, runs under the settings of its caller',
    ],
  },
  {
    does: 'makes a helper of policies immutable',
    sql: 'alter function authz.organisation_id() immutable',
    widens: true,
    tells: [
      'changed: authz.organisation_id(), which 4 functions and 5 policies ask, is immutable instead of stable',
    ],
  },
  {
    does: 'makes a helper of policies answer null where it is asked about null',
    sql: 'alter function authz.organisation_for(text[], text[]) strict',
    widens: true,
    tells: [
      'changed: authz.organisation_for(text[], text[]), which 18 functions, 146 policies, 1 trigger and 1 view ask, answers null as soon as it is asked about null',
    ],
  },
  {
    does: 'rewrites a helper of policies',
    sql: `create or replace function authz.holds(required_roles text[], required_capabilities text[]) returns boolean
        language plpgsql stable parallel unsafe security definer cost 1000 set search_path = pg_catalog, pg_temp
        as $$ begin return true; end $$`,
    widens: true,
    tells: ['changed: authz.holds(text[], text[]), which 3 policies ask, has another text'],
  },
  {
    does: 'rewrites a function that a helper of policies calls through another',
    sql: `create or replace function authz.emergency_of(organisation_id uuid, user_id uuid, at timestamptz) returns uuid[]
        language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp as $$ begin return '{}'; end $$`,
    widens: true,
    tells: [
      'changed: authz.emergency_of(uuid, uuid, timestamp with time zone), which 6 functions, 12 policies and 1 trigger ask, has another text',
    ],
  },
  {
    does: 'replaces a helper of policies, and forgets that it acts with its owner rights',
    sql: USER_ID('begin return (authz.caller()).user_id; end', ''),
    widens: true,
    tells: [
      'changed: authz.user_id(), which 22 functions, 151 policies, 110 triggers and 1 view ask, acts with the rights of its caller',
    ],
  },
  {
    does: 'rewrites a trigger function',
    sql: `create or replace function authz.tg__tenant() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$ begin return new; end $$`,
    widens: true,
    tells: ['changed: authz.tg__tenant(), which 35 triggers ask, has another text'],
  },
  {
    does: 'lets staff call what only our definer functions called',
    sql: 'grant execute on function authz.lock_chart(uuid, uuid, text) to authenticated',
    widens: true,
    tells: [
      'widened: clinic staff can now call authz.lock_chart(uuid, uuid, text), which acts with the rights of cordon_definer',
    ],
  },
  {
    does: 'rewrites a function that acts with its owner rights',
    sql: `create or replace function public.accept_membership(organisation uuid) returns void language plpgsql security definer
        set search_path = pg_catalog, pg_temp as $$ begin null; end $$`,
    given: `drop function public.accept_membership(uuid);
      create function public.accept_membership(organisation uuid) returns void language plpgsql security definer
        set search_path = pg_catalog, pg_temp as $$ begin raise exception 'no'; end $$;
      grant execute on function public.accept_membership(uuid) to authenticated`,
    widens: true,
    tells: ['changed: public.accept_membership(uuid), callable by clinic staff, has another text'],
  },
  {
    does: 'rewrites a function that runs with the rights of its caller',
    sql: `create or replace function public.admit_patient(p_organisation uuid, p_patient uuid, p_bed uuid) returns uuid language sql as 'select null::uuid'`,
    given: `drop function public.admit_patient(uuid, uuid, uuid);
      create function public.admit_patient(p_organisation uuid, p_patient uuid, p_bed uuid) returns uuid language sql as 'select p_bed'`,
    widens: false,
    tells: [],
  },
  {
    does: 'switches policies over to a helper of another signature',
    sql: `create function authz.is_operator(required_roles text[], at timestamptz) returns boolean language sql stable as 'select true';
      alter policy internal_ops_select on public.claims using ((select authz.is_operator('{ops_agent}', now())) and (archived_at is null or archived_at = now()))`,
    widens: true,
    tells: [
      'widened: operations of every other role can now read public.claims, as operators',
      'changed: authz.is_operator(text[], timestamp with time zone) is new beside a function of the same name, which 11 functions, 1 policy and 26 triggers ask',
      "narrowed: ops_agent can read public.claims in fewer rows: now only where authz.is_operator('{ops_agent}', now())",
    ],
  },
  {
    does: 'puts comments, blanks and line ends into a helper of policies',
    sql: `create or replace function authz.is_operator(required_roles text[]) returns boolean
        language plpgsql stable parallel unsafe security definer set search_path = pg_catalog, pg_temp
      as $$
      -- a live member
      begin return exists (
          select from public.ops_members as m /* by index */ where m.user_id = authz.user_id()
          and m.is_active and m.archived_at is null
          and (cardinality(required_roles) = 0 or m.role = any (required_roles)));
      end
      $$`,
    widens: false,
    tells: [],
  },
  {
    does: 'estimates a helper of policies otherwise',
    sql: 'alter function authz.organisation_for(text[], text[]) cost 50 parallel restricted; alter function authz.own_patient_ids() cost 7',
    widens: false,
    tells: [],
  },
  {
    does: 'drops a function and creates it again as somebody who grants what they create',
    sql: `do $$ declare f text; begin
        select pg_get_functiondef('public.detach_invoice(uuid,uuid)'::regprocedure) into f;
        drop function public.detach_invoice(uuid, uuid); execute f; end $$`,
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: whoever has not signed in can now call public.detach_invoice(uuid, uuid), which acts with the rights of supabase_admin, whom no policy binds,',
      'widened: clinic staff can now call public.detach_invoice(uuid, uuid), which acts with the rights of supabase_admin, whom no policy binds,',
      'widened: the login of requests can now call public.detach_invoice(uuid, uuid), which acts with the rights of supabase_admin, whom no policy binds,',
      'widened: Smart Insights can now call public.detach_invoice(uuid, uuid), which acts with the rights of supabase_admin, whom no policy binds,',
      'widened: patients can now call public.detach_invoice(uuid, uuid), which acts with the rights of supabase_admin, whom no policy binds,',
      'widened: the role postgres can now call public.detach_invoice(uuid,uuid)',
      'widened: the service role can now call public.detach_invoice(uuid, uuid), which acts with the rights of supabase_admin, whom no policy binds,',
      'changed: public.detach_invoice(uuid, uuid), callable by whoever has not signed in, clinic staff, the login of requests, Smart Insights, operations, patients and the service role, belongs to supabase_admin, whom no policy binds, instead of cordon_definer',
    ],
  },
  {
    does: 'takes a function from patients',
    sql: 'revoke execute on function public.preview_form(uuid) from patient',
    widens: false,
    tells: ['narrowed: patients can no longer call public.preview_form(uuid)'],
  },
  {
    does: 'drops a function that operations may call',
    sql: 'drop function public.detach_invoice(uuid, uuid)',
    widens: false,
    tells: ['narrowed: operations can no longer call public.detach_invoice(uuid, uuid)'],
  },
  {
    does: 'moves a function to where its callers can name it',
    sql: 'alter function authz.own_rank() set schema public',
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: clinic staff can now call public.own_rank(), which acts with the rights of cordon_definer',
      'changed: clinic_admin can add to public.organisation_members in other rows: no longer only where rank < authz.own_rank(); now only where rank < public.own_rank()',
      'changed: clinic_admin can change public.invitations in other rows: no longer only where rank < authz.own_rank(); now only where rank < public.own_rank()',
      'changed: clinic_admin can change public.organisation_members in other rows: no longer only where rank < authz.own_rank(); now only where rank < public.own_rank()',
      'narrowed: clinic staff can no longer call authz.own_rank()',
    ],
  },
  {
    does: 'brings the functions of an extension',
    sql: 'create extension dblink schema extensions',
    asSuperuser: true,
    widens: true,
    tells: ['widened: everybody (PUBLIC) can now call the functions of the extension dblink 1.2'],
  },
  {
    does: 'rewrites the function that makes tokens, which the platform alone calls',
    sql: `create or replace function authz.custom_access_token_hook(event jsonb) returns jsonb language plpgsql stable parallel unsafe
      security definer set search_path = pg_catalog, pg_temp
      as $$ begin return jsonb_build_object('claims', (event->'claims') || '{"role": "internal_ops"}'); end $$`,
    widens: true,
    tells: [
      'changed: authz.custom_access_token_hook(jsonb), which only its owner and the platform may call, has another text',
    ],
  },
  {
    does: 'rewrites what destroys by rule, which a job alone calls',
    sql: `create or replace function governance.plan_retention() returns text language sql as $$ select 'all' $$`,
    given: `drop function governance.plan_retention(); create function governance.plan_retention() returns text language sql as $$ select 'none' $$`,
    widens: true,
    tells: [
      'changed: governance.plan_retention(), which only its owner and the platform may call, has another text',
    ],
  },
  {
    does: 'puts a comment into the function that makes tokens',
    sql: `do $$ begin execute replace(pg_get_functiondef('authz.custom_access_token_hook(jsonb)'::regprocedure), E'\nbegin\n', E'\n-- as asked\nbegin\n'); end $$`,
    widens: false,
    tells: [],
  },
  {
    does: 'tells applications otherwise what the rules of a table are',
    sql: `create or replace function authz.rules_beds() returns jsonb language plpgsql stable parallel restricted
      set search_path = pg_catalog, pg_temp as $$ begin return '{"table": "beds", "rules": []}'; end $$`,
    widens: false,
    tells: [],
  },
  {
    does: 'lets a function run what should only tell the rules of a table',
    sql: `create or replace function authz.rules_beds() returns jsonb language plpgsql stable parallel restricted
      set search_path = pg_catalog, pg_temp as $$ begin return (select to_jsonb(array_agg(p)) from public.patients as p); end $$`,
    widens: true,
    tells: ['changed: authz.rules_beds(), which only its owner and the platform may call, has another text'],
  },
];
