import type { Migration } from './migration.ts';

export const VIEWS: readonly Migration[] = [
  {
    does: 'replaces a view, and forgets that it runs with the rights of its reader',
    sql: `do $$ begin execute 'create or replace view public.organisation_directory as ' || pg_get_viewdef('public.organisation_directory'::regclass); end $$`,
    widens: true,
    tells: [
      'widened: whoever has not signed in can now read through public.organisation_directory whatever its owner postgres may see',
      'widened: clinic staff can now read through public.organisation_directory whatever its owner postgres may see',
      'widened: operations can now read through public.organisation_directory whatever its owner postgres may see',
      'widened: patients can now read through public.organisation_directory whatever its owner postgres may see',
      'widened: the service role can now read through public.organisation_directory whatever its owner postgres may see',
    ],
  },
  {
    does: 'turns a view to the rights of its owner',
    sql: 'alter view public.case_timeline set (security_invoker = false)',
    widens: true,
    tells: [
      'widened: clinic staff can now read through public.case_timeline whatever its owner postgres may see',
      'widened: operations can now read through public.case_timeline whatever its owner postgres may see',
      'widened: the service role can now read through public.case_timeline whatever its owner postgres may see',
    ],
  },
  {
    does: 'resets whose rights a view runs with',
    sql: 'alter view public.user_clinic_access reset (security_invoker)',
    widens: true,
    tells: [
      'widened: clinic staff can now read through public.user_clinic_access whatever its owner postgres may see',
      'widened: the service role can now read through public.user_clinic_access whatever its owner postgres may see',
    ],
  },
  {
    does: 'makes a view that runs with the rights of its owner',
    sql: 'create view public.all_patients as select id, full_name from public.patients; grant select on public.all_patients to internal_ops',
    widens: true,
    tells: [
      'widened: operations can now read public.all_patients, every row that its owner postgres may see',
    ],
  },
  {
    does: 'makes a view that runs with the rights of its reader',
    sql: `create view public.ward_beds with (security_invoker = true) as select organisation_id, ward, label from public.beds;
      grant select on public.ward_beds to authenticated`,
    widens: false,
    tells: ['equal: clinic staff can now read public.ward_beds, as far as they may read what it shows'],
  },
  {
    does: 'makes a view over what its readers may read and cannot name',
    sql: `grant select on authz.state_transitions to authenticated; drop policy provider_fence on authz.state_transitions;
      create policy provider_select on authz.state_transitions for select to authenticated using (true);
      create view public.transitions with (security_invoker = true) as select * from authz.state_transitions;
      grant select on public.transitions to authenticated`,
    widens: true,
    tells: [
      'widened: clinic staff can now read authz.state_transitions, every row, though they cannot name it',
      'widened: clinic staff can now read public.transitions, as far as they may read what it shows, authz.state_transitions among it',
    ],
  },
  {
    does: 'makes a view with its reader rights over one with its owner rights',
    sql: `create view public.every_patient as select organisation_id, id from public.patients;
      create view public.few_patients with (security_invoker = true) as select id from public.every_patient;
      grant select on public.every_patient, public.few_patients to patient`,
    widens: true,
    tells: [
      'widened: patients can now read public.every_patient, every row that its owner postgres may see',
      'equal: patients can now read public.few_patients, as far as they may read what it shows',
    ],
  },
  {
    does: 'adds a column to a view that runs with the rights of its owner',
    given:
      'create view public.all_patients as select id from public.patients; grant select on public.all_patients to internal_ops',
    sql: 'create or replace view public.all_patients as select id, full_name from public.patients',
    widens: true,
    tells: [
      'widened: operations can now read public.all_patients (full_name) too',
      'changed: operations can read through public.all_patients what its owner postgres may see, by another query',
    ],
  },
  {
    does: 'widens the query of a view that runs with the rights of its owner',
    given: `create view public.all_patients as select id from public.patients where status = 'active'; grant select on public.all_patients to internal_ops`,
    sql: 'create or replace view public.all_patients as select id from public.patients',
    widens: true,
    tells: [
      'changed: operations can read through public.all_patients what its owner postgres may see, by another query',
    ],
  },
  {
    does: 'adds a column to a view that runs with the rights of its reader',
    given: `create view public.ward_beds with (security_invoker = true) as select organisation_id, ward from public.beds;
      grant select on public.ward_beds to authenticated`,
    sql: 'create or replace view public.ward_beds with (security_invoker = true) as select organisation_id, ward, label from public.beds',
    widens: false,
    tells: ['equal: clinic staff can now read public.ward_beds (label) too'],
  },
  {
    does: 'no longer keeps what a view filters out from the functions of its readers',
    given: `create view public.all_patients with (security_barrier = true) as select id from public.patients where status = 'active';
      grant select on public.all_patients to internal_ops`,
    sql: 'alter view public.all_patients reset (security_barrier)',
    widens: true,
    tells: [
      'widened: operations can now see what public.all_patients filters out, by functions of their own',
    ],
  },
  {
    does: 'keeps a copy of the rows of a table',
    sql: 'create materialized view public.patient_names as select full_name from public.patients; grant select on public.patient_names to authenticated',
    widens: true,
    tells: ['widened: clinic staff can now read public.patient_names, every row, as it knows no policies'],
  },
  {
    does: 'keeps another copy under the same name',
    given: `create materialized view public.patient_names as select full_name from public.patients where status = 'active';
      grant select on public.patient_names to authenticated`,
    sql: `drop materialized view public.patient_names; create materialized view public.patient_names as select full_name from public.patients;
      grant select on public.patient_names to authenticated`,
    widens: true,
    tells: ['changed: clinic staff can read through public.patient_names something else than before'],
  },
  {
    does: 'shows a table of another server',
    sql: `create foreign data wrapper nowhere; create server elsewhere foreign data wrapper nowhere;
      create foreign table governance.remote_patients (id uuid) server elsewhere; grant select on governance.remote_patients to authenticated`,
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: clinic staff can now read governance.remote_patients, every row, as it knows no policies, though they cannot name it',
    ],
  },
  {
    does: 'lets staff use a foreign server',
    given: 'create foreign data wrapper nowhere; create server elsewhere foreign data wrapper nowhere',
    sql: 'grant usage on foreign server elsewhere to authenticated; create user mapping for authenticated server elsewhere',
    asSuperuser: true,
    widens: true,
    tells: ['widened: clinic staff can now log in at and use foreign server elsewhere'],
  },
  {
    does: 'leaves a view in a schema of the platform',
    sql: 'create view extensions.leak as select id, full_name from public.patients; grant select on extensions.leak to anon',
    widens: true,
    tells: [
      'widened: whoever has not signed in can now read extensions.leak, every row that its owner postgres may see',
    ],
  },
  {
    does: 'turns a view to the rights of its reader',
    given:
      'create view public.all_patients as select id from public.patients; grant select on public.all_patients to internal_ops',
    sql: 'alter view public.all_patients set (security_invoker = true)',
    widens: false,
    tells: ['narrowed: operations can read through public.all_patients only what they may read themselves'],
  },
  {
    does: 'takes a view from patients',
    sql: 'revoke select on public.appointment_details from patient',
    widens: false,
    tells: ['narrowed: patients can no longer read public.appointment_details'],
  },
  {
    does: 'makes a view with its reader rights, and a trigger that acts with its owner rights',
    sql: `create function public.book() returns trigger language plpgsql security definer as $$ begin return new; end $$;
      create view public.ward_beds with (security_invoker = true) as select organisation_id, ward from public.beds;
      create trigger book instead of insert on public.ward_beds for each row execute function public.book();
      grant insert on public.ward_beds to authenticated`,
    widens: true,
    tells: ['widened: clinic staff can now add to public.ward_beds, by what its triggers do'],
  },
  {
    does: 'lets a function do what is asked of a view',
    given: `create function public.book() returns trigger language plpgsql security definer as $$ begin return new; end $$;
      create view public.ward_beds with (security_invoker = true) as select organisation_id, ward from public.beds;
      grant insert on public.ward_beds to authenticated`,
    sql: 'create trigger book instead of insert on public.ward_beds for each row execute function public.book()',
    widens: true,
    tells: ['changed: the trigger book now does what is asked of public.ward_beds'],
  },
  {
    does: 'lets who only writes through a view write to something else',
    given:
      'create view public.ward_beds as select ward, label from public.beds; grant insert on public.ward_beds to authenticated',
    sql: `create or replace view public.ward_beds as select label as ward, ward as label from public.beds`,
    widens: true,
    tells: [
      'changed: clinic staff can write through public.ward_beds what its owner postgres may write, by another query',
    ],
  },
  {
    does: 'counts memberships that are over or archived',
    sql: `create or replace view authz.live_memberships with (security_invoker = true) as
      select m.organisation_id, m.user_id, m.role, m.rank, m.capabilities
      from public.organisation_members as m join public.organisations as o on o.id = m.organisation_id`,
    widens: true,
    tells: ['changed: authz.live_memberships, by which policies decide, has another query'],
  },
  {
    does: 'makes the view by which policies decide anew, as it was',
    sql: `do $$ begin execute 'create or replace view authz.live_memberships with (security_invoker = true) as '
      || pg_get_viewdef('authz.live_memberships'::regclass); end $$`,
    widens: false,
    tells: [],
  },
  {
    does: 'shows a function that acts with its owner rights more than before',
    given: `create table authz.notes (id uuid); create view authz.kept_notes with (security_invoker = true) as select id from authz.notes where id is not null;
      create function public.count_notes() returns bigint language sql security definer as 'select count(*) from authz.kept_notes';
      grant execute on function public.count_notes() to authenticated`,
    sql: 'create or replace view authz.kept_notes with (security_invoker = true) as select id from authz.notes',
    widens: true,
    tells: [
      "changed: authz.kept_notes, which is read with other rights than its reader's, has another query",
    ],
  },
  {
    does: 'rewrites a view that another one shows with the rights of its owner',
    given: `create view public.inner_patients with (security_invoker = true) as select id from public.patients where status = 'active';
      create view public.outer_patients as select id from public.inner_patients; grant select on public.outer_patients to authenticated`,
    sql: 'create or replace view public.inner_patients with (security_invoker = true) as select id from public.patients',
    widens: true,
    tells: [
      "changed: public.inner_patients, which is read with other rights than its reader's, has another query",
    ],
  },
  {
    does: 'rewrites a view that its readers alone ask, with their rights',
    given: `create view public.ward_beds with (security_invoker = true) as select organisation_id, ward from public.beds where status = 'available';
      grant select on public.ward_beds to authenticated`,
    sql: 'create or replace view public.ward_beds with (security_invoker = true) as select organisation_id, ward from public.beds',
    widens: false,
    tells: [],
  },
  {
    does: 'lets a foreign table read another column',
    given: `create foreign data wrapper nowhere; create server elsewhere foreign data wrapper nowhere;
      create foreign table governance.remote_patients (name text options (column_name 'mrn')) server elsewhere;
      grant select on governance.remote_patients to internal_ops`,
    sql: `alter foreign table governance.remote_patients alter column name options (set column_name 'diagnosis')`,
    asSuperuser: true,
    widens: true,
    tells: ['changed: operations can read through governance.remote_patients something else than before'],
  },
  {
    does: 'logs in at a foreign server as somebody else',
    given: `create foreign data wrapper nowhere; create server elsewhere foreign data wrapper nowhere;
      create user mapping for authenticated server elsewhere options (user 'reader')`,
    sql: `alter user mapping for authenticated server elsewhere options (set user 'postgres')`,
    asSuperuser: true,
    widens: true,
    tells: ['changed: clinic staff can now log in at foreign server elsewhere as somebody else'],
  },
];
