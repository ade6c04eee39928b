import { type Fault, TENANT_TABLE } from './fault.ts';

export const ROWS: Readonly<Record<string, readonly Fault[]>> = {
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
  'financial-rows-fixed': [
    {
      told: 'a kind that the server may change',
      plant: 'grant update (kind) on public.documents to service_role',
      caught: 'public.documents',
    },
    {
      told: 'a row that says of itself whether it is financial',
      plant: 'alter table public.documents alter column is_financial drop expression',
      caught: 'public.documents',
    },
    {
      told: 'a policy that asks a column that somebody writes',
      plant: `create table public.planted (organisation_id uuid, id uuid, is_financial boolean not null);
        create policy planted on public.planted for select to authenticated using (is_financial)`,
      caught: 'public.planted',
    },
  ],
  'fence-present': [
    { told: 'a tenant table without fences', plant: TENANT_TABLE, caught: 'public.planted for patient' },
    {
      told: 'a fence that was dropped',
      plant: `do $$ declare p record; begin
        select polname into p from pg_policy
        where polrelid = 'public.patients'::regclass and not polpermissive and polcmd = '*' and polroles = array['authenticated'::regrole::oid];
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
  'policy-columns-indexed': [
    {
      told: 'a policy on a column without index',
      plant: `alter table public.patients add column planted_id uuid;
        create policy planted on public.patients for select to authenticated using (planted_id = (select authz.user_id()))`,
      caught: 'public.patients.planted_id',
    },
  ],
};
