/** One way to break a rule, which the rule must notice. */
export interface Fault {
  readonly told: string;
  /** Run as superuser in a transaction that is rolled back: the roll-back mends it. */
  readonly plant: string;
  /** What the rule must name. */
  readonly caught: string;
}

const TENANT_TABLE = `
  create table public.planted (
    organisation_id uuid not null references public.organisations (id),
    id uuid not null,
    patient_id uuid,
    primary key (organisation_id, id)
  );`;

/** Planted faults by the rule's name; each rule has at least one. */
export const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  'row-security-forced': [
    {
      told: 'a table without row-level security',
      plant: 'create table public.planted (id uuid primary key)',
      caught: 'public.planted',
    },
    {
      told: 'a table whose row-level security is not forced',
      plant: 'alter table public.patients no force row level security',
      caught: 'public.patients',
    },
    {
      told: 'a partition attached without row-level security of its own',
      plant: `create table public.planted (at date) partition by range (at);
        alter table public.planted enable row level security;
        alter table public.planted force row level security;
        create table public.planted_2026 partition of public.planted for values from ('2026-01-01') to ('2027-01-01');`,
      caught: 'public.planted_2026',
    },
  ],
  'fence-present': [
    { told: 'a tenant table without fences', plant: TENANT_TABLE, caught: 'public.planted for patient' },
    {
      told: 'a fence that was dropped',
      plant: `do $$ declare p record; begin
        select polname into p from pg_policy
        where polrelid = 'public.patients'::regclass and not polpermissive and polroles = array['authenticated'::regrole::oid];
        execute format('drop policy %I on public.patients', p.polname); end $$`,
      caught: 'public.patients for authenticated',
    },
    {
      told: 'a table outside a tenant that somebody opens to a realm',
      plant: 'create table public.planted (id uuid); grant select on public.planted to anon',
      caught: 'public.planted for anon',
    },
    {
      told: 'a fence that was dropped where nothing is granted yet',
      plant: 'drop policy anon_fence on public.ops_members',
      caught: 'public.ops_members for anon',
    },
    {
      told: 'fences per command, of which the one for deleting is missing',
      plant: `drop policy provider_fence on public.patients;
        create policy a on public.patients as restrictive for select to authenticated using (organisation_id = (select authz.organisation_id()));
        create policy b on public.patients as restrictive for insert to authenticated with check (organisation_id = (select authz.organisation_id()));
        create policy c on public.patients as restrictive for update to authenticated using (organisation_id = (select authz.organisation_id()));`,
      caught: 'public.patients for authenticated',
    },
  ],
  'fence-holds': [
    {
      told: 'a fence outside a tenant that lets everybody in',
      plant: 'alter policy provider_fence on public.profiles using (true) with check (true)',
      caught: 'public.profiles for authenticated',
    },
    {
      told: 'a fence behind which who is not signed in could write',
      plant: 'alter policy anon_fence on public.consent_purposes with check (true)',
      caught: 'public.consent_purposes for anon',
    },
    {
      told: 'a fence that is true',
      plant: 'alter policy provider_fence on public.patients using (true) with check (true)',
      caught: 'public.patients for authenticated',
    },
    {
      told: 'a fence that lets any row be written',
      plant: 'alter policy provider_fence on public.patients with check (true)',
      caught: 'public.patients for authenticated',
    },
    {
      told: 'a fence that any membership opens',
      plant: `alter policy provider_fence on public.patients using ((select authz.organisation_id()) is not null)
        with check ((select authz.organisation_id()) is not null)`,
      caught: 'public.patients for authenticated',
    },
    {
      told: 'a fence that another condition opens beside the organisation',
      plant: `alter policy provider_fence on public.patients using (organisation_id = (select authz.organisation_id()) or status = 'active')
        with check (organisation_id = (select authz.organisation_id()) or status = 'active')`,
      caught: 'public.patients for authenticated',
    },
    {
      told: 'a fence that lets in who is not signed in',
      plant: 'alter policy anon_fence on public.patients using (true) with check (true)',
      caught: 'public.patients for anon',
    },
  ],
  'fence-asked-once': [
    {
      told: 'reading opened to more than the fence lets in',
      plant: `alter policy provider_select on public.patients using (organisation_id = (select authz.organisation_for('{}', '{}')))`,
      caught: 'public.patients policy provider_select',
    },
    {
      told: 'a fence that names one role more than reading does',
      plant: `alter policy provider_fence on public.patient_identity
        using (organisation_id = (select authz.organisation_for('{}', '{}'))) with check (organisation_id = (select authz.organisation_for('{}', '{}')))`,
      caught: 'public.patient_identity policy provider_select',
    },
    {
      told: 'a row condition beside the audience, which makes two questions of it',
      plant: `alter policy provider_select on public.consents
        using (organisation_id = (select authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}', '{}')) and archived_at is null)`,
      caught: 'public.consents policy provider_select',
    },
    {
      told: 'a changed row checked by other words',
      plant: 'alter policy provider_update on public.patients with check (true)',
      caught: 'public.patients policy provider_update',
    },
  ],
  'one-policy-per-command': [
    {
      told: 'a second permissive policy',
      plant: 'create policy planted on public.patients for select to authenticated using (false)',
      caught: 'public.patients select for authenticated',
    },
    {
      told: 'a permissive policy for all commands beside others',
      plant: 'create policy planted on public.patients for all to authenticated using (false)',
      caught: 'public.patients update for authenticated',
    },
  ],
  'policies-name-their-role': [
    {
      told: 'a policy without TO',
      plant: 'create policy planted on public.patients for select using (false)',
      caught: 'public.patients policy planted',
    },
  ],
  'policies-without-tables': [
    {
      told: 'a policy that queries a table',
      plant: `create policy planted on public.patients for select to authenticated
        using (exists (select from public.organisation_members as m where m.organisation_id = patients.organisation_id))`,
      caught: 'public.patients policy planted',
    },
    {
      told: 'a negated sub-query',
      plant: `create policy planted on public.patients for select to authenticated
        using (not exists (select from public.consents as c where c.patient_id = patients.id))`,
      caught: 'public.patients policy planted',
    },
    {
      told: 'a policy that is true for everybody',
      plant: 'create policy planted on public.patients for select to authenticated using (true)',
      caught: 'public.patients policy planted',
    },
    {
      told: 'a policy that believes user_metadata',
      plant: `create policy planted on public.patients for select to authenticated
        using (current_setting('request.jwt.claims')::jsonb -> 'user_metadata' ->> 'role' = 'doctor')`,
      caught: 'public.patients policy planted',
    },
  ],
  'policy-helpers': [
    {
      told: 'a helper written in sql',
      plant: `create function authz.planted() returns boolean language sql stable as 'select true';
        create policy planted on public.patients for select to authenticated using ((select authz.planted()))`,
      caught: 'authz.planted',
    },
    {
      told: 'a helper from elsewhere',
      plant: 'create policy planted on public.patients for select to authenticated using (id = auth.uid())',
      caught: 'auth.uid',
    },
    {
      told: 'a helper that lets a parallel plan begin',
      plant: 'alter function authz.organisation_id() parallel restricted',
      caught: 'authz.organisation_id',
    },
  ],
  'policy-columns-indexed': [
    {
      told: 'a policy on a column without index',
      plant: `alter table public.patients add column planted_id uuid;
        create policy planted on public.patients for select to authenticated using (planted_id = (select authz.user_id()))`,
      caught: 'public.patients.planted_id',
    },
  ],
  'policy-calls-wrapped': [
    {
      told: 'a call for each row',
      plant: `create policy planted on public.patients for select to authenticated using (organisation_id = authz.organisation_id())`,
      caught: 'public.patients policy planted',
    },
    {
      told: 'a bare call beside a wrapped one',
      plant: `create policy planted on public.patients for insert to authenticated
        with check (organisation_id = (select authz.organisation_id()) and authz.holds('{doctor}', '{}'))`,
      caught: 'public.patients policy planted',
    },
  ],
  'tenant-indexes-lead': [
    {
      told: 'an index that starts with another column',
      plant: 'create index planted on public.patients (name_key, organisation_id)',
      caught: 'planted',
    },
    {
      told: 'an index that starts with an expression',
      plant: 'create index planted on public.patients (lower(full_name), organisation_id)',
      caught: 'planted',
    },
  ],
  'indexes-leakproof': [
    {
      told: 'an index on lower()',
      plant: 'create index planted on public.patients (organisation_id, lower(full_name))',
      caught: 'planted expression',
    },
    {
      told: 'an index on an enum',
      plant: `create type public.planted as enum ('a', 'b');
        alter table public.patients add column planted public.planted;
        create index planted_idx on public.patients (organisation_id, planted);`,
      caught: 'planted_idx planted',
    },
    {
      told: 'an index on an amount in numeric',
      plant: `alter table public.patients add column planted numeric;
        create index planted_idx on public.patients (organisation_id, planted);`,
      caught: 'planted_idx planted',
    },
    {
      told: 'a GIN index on an array',
      plant: 'create index planted on public.medical_records using gin (segments)',
      caught: 'planted segments',
    },
  ],
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
  'trigger-functions-uncallable': [
    {
      told: 'a trigger function in reach',
      plant: 'grant execute on function authz.tg__stamp() to authenticated',
      caught: 'authz.tg__stamp()',
    },
  ],
  'execute-needed': [
    {
      told: 'a helper that a realm may execute and none of its policies asks',
      plant: 'grant execute on function authz.holds(text[], text[]) to patient',
      caught: 'authz.holds(required_roles text[], required_capabilities text[]) for patient',
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
  'context-never-immutable': [
    {
      told: 'an IMMUTABLE context function',
      plant: 'alter function authz.organisation_id() immutable',
      caught: 'authz.organisation_id()',
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
  'tenant-key-complete': [
    {
      told: 'a tenant key that may be NULL',
      plant: 'create table public.planted (organisation_id uuid)',
      caught: 'public.planted',
    },
    {
      told: 'a tenant key without n_distinct',
      plant: 'alter table public.patients alter column organisation_id reset (n_distinct)',
      caught: 'public.patients',
    },
  ],
  'tenant-table-references-organisation': [
    {
      told: 'a tenant key that references nothing',
      plant:
        'create table public.planted (organisation_id uuid not null, id uuid, primary key (organisation_id, id))',
      caught: 'public.planted',
    },
  ],
  'composite-primary-keys': [
    {
      told: 'a primary key on id alone',
      plant: 'create table public.planted (organisation_id uuid not null, id uuid primary key)',
      caught: 'public.planted',
    },
  ],
  'uniques-per-tenant': [
    {
      told: 'a unique index across tenants',
      plant: 'create unique index planted on public.patients (mrn) where false',
      caught: 'public.patients',
    },
  ],
  'composite-foreign-keys': [
    {
      told: 'a reference by id alone',
      plant: `${TENANT_TABLE}
        create unique index planted_id on public.patients (id);
        alter table public.planted add constraint planted_fkey foreign key (patient_id) references public.patients (id)`,
      caught: 'public.planted planted_fkey',
    },
    {
      told: 'a composite reference with several nullable columns',
      plant: `create table public.planted (organisation_id uuid, id uuid, foreign key (organisation_id, id) references public.patients)`,
      caught: 'public.planted',
    },
  ],
  'foreign-keys-indexed': [
    {
      told: 'a reference without index',
      plant: `${TENANT_TABLE}
        alter table public.planted add constraint planted_fkey
        foreign key (organisation_id, patient_id) references public.patients`,
      caught: 'public.planted planted_fkey',
    },
  ],
  'no-cascade-from-users': [
    {
      told: 'rows that go with their login',
      plant: 'create table public.planted (user_id uuid references auth.users (id) on delete cascade)',
      caught: 'public.planted',
    },
  ],
  'no-credentials': [
    {
      told: 'a password column',
      plant: 'alter table public.profiles add column password_hash text',
      caught: 'public.profiles.password_hash',
    },
    {
      told: 'a token column',
      plant: 'alter table public.profiles add column access_token text',
      caught: 'public.profiles.access_token',
    },
    {
      told: 'a token of any other purpose',
      plant: 'alter table public.profiles add column reset_token text',
      caught: 'public.profiles.reset_token',
    },
    {
      told: 'several secrets in one column',
      plant: 'alter table public.profiles add column recovery_secrets text[]',
      caught: 'public.profiles.recovery_secrets',
    },
    {
      told: 'several links in one column',
      plant: 'alter table public.profiles add column photo_urls text[]',
      caught: 'public.profiles.photo_urls',
    },
    {
      told: 'a column of links',
      plant: 'alter table public.profiles add column photo_url text',
      caught: 'public.profiles.photo_url',
    },
  ],
  'tenant-and-stamp-triggers': [
    {
      told: 'a tenant table without triggers',
      plant: TENANT_TABLE,
      caught: 'public.planted tg__tenant',
    },
    {
      told: 'a disabled stamp trigger',
      plant: 'alter table public.patients disable trigger _100_stamp',
      caught: 'public.patients tg__stamp',
    },
    {
      told: 'a tenant trigger that forgets inserts',
      plant: `drop trigger _050_tenant on public.patients;
        create trigger _050_tenant before update on public.patients for each row execute function authz.tg__tenant('patients')`,
      caught: 'public.patients tg__tenant',
    },
  ],
  'guard-triggers-always': [
    {
      told: 'a trigger that replication mode silences',
      plant: 'alter table public.patients enable trigger _100_stamp',
      caught: 'public.patients trigger _100_stamp',
    },
    {
      told: 'a trigger with a column list',
      plant: `create trigger planted before update of full_name on public.patients for each row execute function authz.tg__stamp();
        alter table public.patients enable always trigger planted`,
      caught: 'public.patients trigger planted',
    },
  ],
  'append-only-sealed': [
    {
      told: 'an append-only table that nobody made sealable',
      plant: `create table public.planted (at timestamptz);
        create trigger _020_append_only before update or delete on public.planted for each row execute function authz.tg__append_only('planted');
        alter table public.planted enable always trigger _020_append_only;
        create trigger _021_no_truncate before truncate on public.planted for each statement execute function authz.tg__append_only('planted');
        alter table public.planted enable always trigger _021_no_truncate;`,
      caught: 'public.planted',
    },
    {
      told: 'an append-only table that may be emptied',
      plant: 'drop trigger _021_no_truncate on public.case_activity_log',
      caught: 'public.case_activity_log',
    },
    {
      told: 'seals that may be changed',
      plant: 'alter table audit.seals disable trigger _020_append_only',
      caught: 'audit.seals',
    },
    {
      told: 'a column that the function that seals may not read',
      plant: 'revoke select (user_agent) on public.signed_form_evidence from cordon_definer',
      caught: 'public.signed_form_evidence',
    },
    {
      told: 'rows that a policy hides from the function that seals',
      plant: `alter policy definer_select on public.case_activity_log using (actor_realm <> 'system')`,
      caught: 'public.case_activity_log',
    },
    {
      told: 'a column of a type that settings write in several ways',
      plant: `alter table public.case_activity_log add column planted interval;
        grant select (planted) on public.case_activity_log to cordon_definer`,
      caught: 'public.case_activity_log',
    },
    {
      told: 'a column added with a default',
      plant: `alter table public.case_activity_log add column planted integer default 0;
        grant select (planted) on public.case_activity_log to cordon_definer`,
      caught: 'public.case_activity_log',
    },
  ],
  'audit-columns': [
    { told: 'a tenant table without stamps', plant: TENANT_TABLE, caught: 'public.planted.created_at' },
    {
      told: 'a stamp that a client may send',
      plant: 'grant update (created_by_user_id) on public.patients to authenticated',
      caught: 'public.patients.created_by_user_id',
    },
  ],
  'classification-complete': [
    { told: 'a new table', plant: 'create table public.planted (id uuid)', caught: 'public.planted' },
    {
      told: 'a classified table that is gone',
      plant: `insert into governance.classification (schema_name, table_name, level, domain, retention)
        values ('public', 'gone', 'INTERNAL', 'ops', 'general')`,
      caught: 'public.gone',
    },
  ],
  'everything-commented': [
    { told: 'a new table', plant: 'create table public.planted (id uuid)', caught: 'public.planted' },
    {
      told: 'a function without comment',
      plant: 'comment on function authz.user_id() is null',
      caught: 'authz.user_id()',
    },
  ],
};
