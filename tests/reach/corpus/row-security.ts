import type { Migration } from './migration.ts';

export const ROW_SECURITY: readonly Migration[] = [
  {
    does: 'switches the policies of a table off',
    sql: 'alter table public.beds disable row level security',
    widens: true,
    tells: [
      'widened: assistant, clinic_admin, doctor and nurse can now change public.beds, every row of every organisation',
      'widened: assistant, receptionist and clinic staff of every other role can now add to public.beds (organisation_id, id, ward, label, status), every row of every organisation',
      'widened: clinic staff can now read public.beds, every row of every organisation',
      'widened: clinic_admin, doctor and nurse can now add to public.beds, every row of every organisation',
      'widened: receptionist and clinic staff of every other role can now change public.beds (ward, label, status, archived_at), every row of every organisation',
      'widened: the policies of public.beds no longer hold for anybody: row-level security is off',
      'widened: operations can now read public.beds, every row of every organisation',
    ],
  },
  {
    does: 'no longer binds the owner of a table',
    sql: 'alter table public.beds no force row level security',
    widens: true,
    tells: ['widened: the policies of public.beds no longer bind its owner postgres'],
  },
  {
    does: 'switches the policies of a table on again',
    given: 'alter table public.beds disable row level security',
    sql: 'alter table public.beds enable row level security',
    widens: false,
    tells: [
      "narrowed: assistant, clinic_admin, doctor and nurse can change public.beds in fewer rows: now only where the row is of the caller's current organisation, and 1 more",
      "narrowed: assistant, clinic_admin, doctor, nurse and receptionist can read public.beds in fewer rows: now only where the row is of the caller's current organisation, and 1 more",
      'narrowed: assistant, receptionist and clinic staff of every other role can no longer add to public.beds (organisation_id, id, ward, label, status)',
      'narrowed: clinic staff of every other role can no longer read public.beds',
      "narrowed: clinic_admin, doctor and nurse can add to public.beds in fewer rows: now only where the row is of the caller's current organisation",
      'narrowed: receptionist and clinic staff of every other role can no longer change public.beds (ward, label, status, archived_at)',
      'narrowed: the policies of public.beds hold from now on',
      'narrowed: operations of every other role can no longer read public.beds',
      'narrowed: ops_agent can read public.beds in fewer rows: now only where the caller is an operator, and 3 more',
    ],
  },
  {
    does: 'makes a table without policies that staff may read',
    sql: 'create table public.notices (id uuid primary key, text text); grant select on public.notices to authenticated',
    widens: true,
    tells: ['widened: clinic staff can now read public.notices, every row'],
  },
  {
    does: 'makes a table that nobody can reach',
    sql: `create table public.notices (id uuid primary key, text text);
      alter table public.notices enable row level security; alter table public.notices force row level security`,
    widens: false,
    tells: [],
  },
  {
    does: 'lets the owner of a table be somebody whom its policies do not bind',
    sql: 'create role keeper nologin; grant create on schema public to keeper; alter table public.beds no force row level security; alter table public.beds owner to keeper',
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: the policies of public.beds no longer bind its owner keeper',
      'widened: the role keeper can now add to public.beds, every row of every organisation',
      'widened: the role keeper can now change public.beds, every row of every organisation',
      'widened: the role keeper can now create objects in schema public',
      'widened: the role keeper can now delete from public.beds, every row of every organisation',
      'widened: the role keeper can now empty public.beds, whatever its policies say',
      'widened: the role keeper can now lock public.beds against everybody',
      'widened: the role keeper can now put triggers on public.beds, which run as whoever writes next',
      'widened: the role keeper can now read public.beds, every row of every organisation',
      'widened: the role keeper can now refer to public.beds with foreign keys, and so ask which keys exist',
      'changed: public.beds belongs to keeper instead of postgres: an owner grants, alters and drops',
    ],
  },
];
