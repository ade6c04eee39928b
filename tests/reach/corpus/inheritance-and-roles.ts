import type { Migration } from './migration.ts';

export const ROLES: readonly Migration[] = [
  {
    does: 'lets operations inherit what clinic staff can',
    sql: 'grant authenticated to internal_ops with inherit true',
    since: 16,
    widens: true,
    tells: ['widened: operations can now do whatever clinic staff can'],
  },
  {
    does: 'lets clinic staff become the service role, without inheriting',
    sql: 'grant service_role to authenticated with inherit false, set true',
    since: 16,
    asSuperuser: true,
    widens: true,
    tells: ['widened: clinic staff can now act as the service role'],
  },
  {
    does: 'makes a role that can do whatever patients can',
    sql: 'create role portal_export login in role patient',
    widens: true,
    tells: [
      'widened: the role portal_export can now do whatever patients can',
      'widened: the role portal_export can now log in',
    ],
  },
  {
    does: 'makes a role that is a member of a member',
    sql: 'create role exporters nologin in role patient; create role portal_export login in role exporters',
    widens: true,
    tells: [
      'widened: the role exporters can now do whatever patients can',
      'widened: the role portal_export can now do whatever patients can',
      'widened: the role portal_export can now do whatever the role exporters can',
      'widened: the role portal_export can now log in',
    ],
  },
  {
    does: 'makes a role with a grant of its own',
    sql: `create role reporting login; grant usage on schema public to reporting;
      grant select (organisation_id, status) on public.beds to reporting;
      create policy reporting_select on public.beds for select to reporting using (true)`,
    widens: true,
    tells: [
      'widened: the role reporting can now log in',
      'widened: the role reporting can now read public.beds (organisation_id, status), every row of every organisation',
    ],
  },
  {
    does: 'makes a role that nothing is granted to',
    sql: 'create role reporting nologin',
    widens: false,
    tells: [],
  },
  {
    does: 'makes a role that can log in',
    sql: 'create role reporting login',
    widens: true,
    tells: ['widened: the role reporting can now log in'],
  },
  {
    does: 'lets staff pass by every policy',
    sql: 'alter role authenticated bypassrls',
    asSuperuser: true,
    widens: true,
    tells: ['widened: clinic staff can now pass by every policy: bypassrls'],
  },
  {
    does: 'makes operations superusers',
    sql: 'alter role internal_ops superuser',
    asSuperuser: true,
    widens: true,
    tells: ['widened: operations can now do anything: superuser'],
  },
  {
    does: 'lets patients log in',
    sql: 'alter role patient login',
    widens: true,
    tells: ['widened: patients can now log in'],
  },
  {
    does: 'lets a role make others operators',
    sql: 'create role reporting nologin; grant internal_ops to reporting with admin option, inherit false, set false',
    since: 16,
    widens: true,
    tells: [
      'widened: the role reporting can now act as operations',
      'widened: the role reporting can now let others act as operations',
    ],
  },
  {
    does: 'lets a role read everything that policies let it',
    sql: 'grant pg_read_all_data to internal_ops with inherit true',
    since: 16,
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: the login of requests can now act as the role pg_read_all_data',
      'widened: operations can now do whatever the role pg_read_all_data can',
    ],
  },
  {
    does: 'lets a member act as the owner of every table',
    sql: 'create role reporting nologin; grant postgres to reporting with inherit false, set true',
    since: 16,
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: the role reporting can now act as Smart Insights',
      'widened: the role reporting can now act as clinic staff',
      'widened: the role reporting can now act as operations',
      'widened: the role reporting can now act as our definer functions',
      'widened: the role reporting can now act as patients',
      'widened: the role reporting can now act as the role pg_database_owner',
      'widened: the role reporting can now act as the role pg_monitor',
      'widened: the role reporting can now act as the role pg_read_all_settings',
      'widened: the role reporting can now act as the role pg_read_all_stats',
      'widened: the role reporting can now act as the role pg_stat_scan_tables',
      'widened: the role reporting can now act as the role postgres',
      'widened: the role reporting can now act as the role supabase_storage_admin',
      'widened: the role reporting can now act as the service role',
      'widened: the role reporting can now act as whoever has not signed in',
    ],
  },
  {
    does: 'takes the service role out of the login of requests',
    sql: 'revoke service_role from authenticator',
    asSuperuser: true,
    widens: false,
    tells: ['narrowed: the login of requests can no longer act as the service role'],
  },
  {
    does: 'no longer lets the service role pass by policies',
    sql: 'alter role service_role nobypassrls',
    asSuperuser: true,
    widens: false,
    tells: ['narrowed: the service role can no longer pass by policies: bypassrls'],
  },
  {
    does: 'takes a membership, and with it the fence that bound the member',
    given: `create role courier login in role patient; grant usage on schema public to courier; grant select on public.invoices to courier;
      create policy courier_select on public.invoices for select to courier using (status = 'issued')`,
    sql: 'revoke patient from courier',
    widens: true,
    tells: [
      "changed: the role courier can read public.invoices in other rows: no longer only where organisation_id = any (authz.patient_organisation_ids()); now only where status = 'issued'",
      'narrowed: the role courier can no longer do whatever patients can',
    ],
  },
  {
    does: 'takes a membership',
    given: 'create role courier login in role patient',
    sql: 'revoke patient from courier',
    widens: false,
    tells: ['narrowed: the role courier can no longer do whatever patients can'],
  },
  {
    does: 'drops a role',
    given: 'create role courier login; grant select on public.form_templates to courier',
    sql: 'revoke all on public.form_templates from courier; drop role courier',
    widens: false,
    tells: ['narrowed: the role courier is gone'],
  },
  {
    does: 'lets a service of the platform become the service role',
    sql: 'grant service_role, cordon_definer to supabase_auth_admin',
    widens: true,
    tells: [
      'widened: the role supabase_auth_admin can now become cordon_definer',
      'widened: the role supabase_auth_admin can now become service_role',
    ],
  },
];
