import type { Migration } from './migration.ts';

export const GRANTS: readonly Migration[] = [
  {
    does: 'lets patients read a table whose policies know no patients',
    sql: 'grant select on public.claims to patient',
    widens: false,
    tells: ['equal: SELECT on public.claims is now granted to patients, and no policy lets them have a row'],
  },
  {
    does: 'lets patients read a table of their clinic',
    sql: `grant select on public.beds to patient;
      create policy patient_select on public.beds for select to patient using (archived_at is null)`,
    widens: true,
    tells: ['widened: patients can now read public.beds of the clinics where they are patients'],
  },
  {
    does: 'lets the service role delete',
    sql: 'grant delete on public.patients to service_role',
    widens: true,
    tells: ['widened: the service role can now delete from public.patients, every row of every organisation'],
  },
  {
    does: 'lets our definer functions write what they could only read',
    sql: `grant update on public.claims to cordon_definer;
      create policy definer_update on public.claims for update to cordon_definer using (true) with check (true)`,
    widens: true,
    tells: ['widened: our definer functions can now change public.claims, every row of every organisation'],
  },
  {
    does: 'grants reading to PUBLIC, where policies still name who reads',
    sql: 'grant select on public.vehicles to public',
    widens: true,
    tells: [
      'widened: our definer functions can now read public.vehicles (8 of 11 columns) too',
      'equal: SELECT on public.vehicles is now granted to whoever has not signed in, and no policy lets them have a row',
      'equal: SELECT on public.vehicles is now granted to the login of requests, and no policy lets them have a row',
      'equal: SELECT on public.vehicles is now granted to Smart Insights, and no policy lets them have a row',
      'equal: SELECT on public.vehicles is now granted to patients, and no policy lets them have a row',
    ],
  },
  {
    does: 'lets patients pass on what they may read',
    sql: 'grant select on public.invoices to patient with grant option',
    widens: true,
    tells: ['widened: patients can now pass on to others the right to read public.invoices'],
  },
  {
    does: 'lets operations delete from every table of a schema that has none they delete from',
    sql: 'grant delete on all tables in schema governance to internal_ops',
    widens: false,
    tells: [
      'equal: DELETE on governance.classification is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.compliance_results is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.deadlines is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.erasure_rules is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.export_exclusions is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.insight_dispatches is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.processors is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.purpose_grants is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.retention_rules is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.retention_runs is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.schema_changes is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.subject_links is now granted to operations, and no policy lets them have a row',
      'equal: DELETE on governance.tombstones is now granted to operations, and no policy lets them have a row',
    ],
  },
  {
    does: 'lets the service role read every table of a schema',
    sql: 'grant select on all tables in schema authz to service_role',
    widens: true,
    tells: [
      'widened: the service role can now read authz.deployment_settings, every row, though they cannot name it',
      'widened: the service role can now read authz.live_sessions, every row that its owner postgres may see, though they cannot name it',
      'widened: the service role can now read authz.restricted_reads, every row, though they cannot name it',
      'widened: the service role can now read authz.state_transitions, every row, though they cannot name it',
      'equal: the service role can now read authz.handed_over_cases, as far as they may read what it shows, though they cannot name it',
      'equal: the service role can now read authz.live_memberships, as far as they may read what it shows, though they cannot name it',
      'equal: the service role can now read authz.live_patient_accounts, as far as they may read what it shows, though they cannot name it',
    ],
  },
  {
    does: 'lets staff empty a table',
    sql: 'grant truncate on public.beds to authenticated',
    widens: true,
    tells: ['widened: clinic staff can now empty public.beds, whatever its policies say'],
  },
  {
    does: 'lets staff refer to a table with foreign keys',
    sql: 'grant references on public.patients to authenticated',
    widens: true,
    tells: [
      'widened: clinic staff can now refer to public.patients with foreign keys, and so ask which keys exist',
    ],
  },
  {
    does: 'lets staff put triggers on a table',
    sql: 'grant trigger on public.patients to authenticated',
    widens: true,
    tells: [
      'widened: clinic staff can now put triggers on public.patients, which run as whoever writes next',
    ],
  },
  {
    does: 'lets staff lock a table',
    sql: `do $$ begin
        if current_setting('server_version_num')::integer >= 170000 then
          execute 'grant maintain on public.patients to authenticated';
        end if;
      end $$`,
    since: 17,
    widens: true,
    tells: ['widened: clinic staff can now lock public.patients against everybody'],
  },
  {
    does: 'makes a sequence that staff draw numbers from',
    sql: 'create sequence public.bed_numbers; grant usage on sequence public.bed_numbers to authenticated',
    widens: true,
    tells: ['widened: clinic staff can now draw numbers from public.bed_numbers'],
  },
  {
    does: 'lets patients name what stands in a schema of ours',
    sql: 'grant usage on schema authz to patient',
    widens: true,
    tells: ['widened: patients can now name what stands in schema authz'],
  },
  {
    does: 'lets staff create objects in a schema',
    sql: 'grant create on schema public to authenticated',
    widens: true,
    tells: ['widened: clinic staff can now create objects in schema public'],
  },
  {
    does: 'lets staff create schemas',
    sql: `do $$ begin execute format('grant create on database %I to authenticated', current_database()); end $$`,
    widens: true,
    tells: ['widened: clinic staff can now create schemas in the database'],
  },
  {
    does: 'grants a platform service a table by name',
    sql: 'grant select on public.profiles to supabase_auth_admin',
    widens: true,
    tells: ['widened: the role supabase_auth_admin can now read public.profiles'],
  },
  {
    does: 'grants the login of requests a table by name',
    sql: `grant select on public.consent_purposes to authenticator;
      create policy login_select on public.consent_purposes for select to authenticator using (true)`,
    widens: true,
    tells: ['widened: the login of requests can now read public.consent_purposes, every row'],
  },
  {
    does: 'lets staff set what switches triggers off',
    sql: 'grant set on parameter session_replication_role to authenticated',
    asSuperuser: true,
    widens: true,
    tells: ['widened: clinic staff can now set the parameter session_replication_role'],
  },
  {
    does: 'lets staff read files of the server',
    sql: 'grant execute on function pg_catalog.pg_read_file(text) to authenticated',
    asSuperuser: true,
    widens: true,
    tells: ['widened: clinic staff can now call pg_read_file(text)'],
  },
  {
    does: 'lets staff read a large object',
    sql: 'select lo_create(4711); grant select on large object 4711 to authenticated',
    widens: true,
    tells: ['widened: clinic staff can now read large object 4711'],
  },
  {
    does: 'grants what is held already',
    sql: 'grant select on public.patients to authenticated',
    widens: false,
    tells: [],
  },
  {
    does: 'revokes and grants the same',
    sql: 'revoke select on public.patients from patient; grant select on public.patients to patient',
    widens: false,
    tells: [],
  },
  {
    does: 'takes reading from patients',
    sql: 'revoke select on public.invoices from patient',
    widens: false,
    tells: ['narrowed: patients can no longer read public.invoices'],
  },
  {
    does: 'takes a schema from staff',
    sql: 'revoke usage on schema extensions from authenticated',
    asSuperuser: true,
    widens: false,
    tells: ['narrowed: clinic staff can no longer name what stands in schema extensions'],
  },
];
