import type { Migration } from './migration.ts';

const UNACCENT = 'create extension unaccent schema extensions';
const KEPT = (what: string) =>
  `changed: the extension unaccent now holds ${what}: a dump leaves it out, and it goes with the extension`;

export const EXTENSIONS: readonly Migration[] = [
  {
    does: 'hides a view in an extension',
    given: UNACCENT,
    sql: `create view public.leak as select id, full_name from public.patients; grant select on public.leak to authenticated;
      alter extension unaccent add view public.leak`,
    widens: true,
    tells: [
      'widened: clinic staff can now read public.leak, every row that its owner postgres may see',
      KEPT('view public.leak'),
    ],
  },
  {
    does: 'hides a view in the very schema of an extension',
    given: UNACCENT,
    sql: `create view extensions.leak as select id, full_name from public.patients; grant select on extensions.leak to anon;
      alter extension unaccent add view extensions.leak`,
    widens: true,
    tells: [
      'widened: whoever has not signed in can now read extensions.leak, every row that its owner postgres may see',
      KEPT('view extensions.leak'),
    ],
  },
  {
    does: 'brings an extension and hides a function in it that acts with its owner rights',
    sql: `${UNACCENT}; create function extensions.leak() returns setof public.patients language sql security definer
        as 'select * from public.patients';
      grant execute on function extensions.leak() to anon; alter extension unaccent add function extensions.leak()`,
    widens: true,
    tells: [
      'widened: everybody (PUBLIC) can now call the functions of the extension unaccent 1.1',
      'widened: whoever has not signed in can now call extensions.leak(), which acts with the rights of postgres, whom no policy binds,',
    ],
  },
  {
    does: 'hides a table in an extension, and switches its row security off',
    given: UNACCENT,
    sql: 'alter extension unaccent add table public.vehicles; alter table public.vehicles disable row level security',
    widens: true,
    tells: [
      'widened: clinic staff can now change public.vehicles, every row of every organisation',
      'widened: clinic staff can now read public.vehicles, every row of every organisation',
      'widened: clinic staff of every other role can now add to public.vehicles (organisation_id, id, registration, kind), every row of every organisation',
      'widened: clinic_admin can now add to public.vehicles, every row of every organisation',
      'widened: the policies of public.vehicles no longer hold for anybody: row-level security is off',
      'widened: operations can now read public.vehicles, every row of every organisation',
      KEPT('table public.vehicles'),
    ],
  },
  {
    does: 'hides a helper of policies in an extension, and nothing else',
    given: UNACCENT,
    sql: 'alter extension unaccent add function authz.role_rank(text)',
    widens: true,
    tells: [KEPT('function authz.role_rank(text)')],
  },
  {
    does: 'takes a view out of an extension',
    given: `${UNACCENT}; create view public.ward_beds with (security_invoker = true) as select ward from public.beds;
      alter extension unaccent add view public.ward_beds`,
    sql: 'alter extension unaccent drop view public.ward_beds',
    widens: true,
    tells: ['changed: the extension unaccent no longer holds view public.ward_beds'],
  },
  {
    does: 'moves an extension that has a view to another schema',
    sql: 'create schema tools; alter extension pg_stat_statements set schema tools',
    asSuperuser: true,
    widens: false,
    tells: [
      'narrowed: clinic staff, the service role and whoever has not signed in can no longer name what was extensions.pg_stat_statements',
      'narrowed: clinic staff, the service role and whoever has not signed in can no longer name what was extensions.pg_stat_statements_info',
      'equal: extensions.pg_stat_statements is now called tools.pg_stat_statements',
      'equal: extensions.pg_stat_statements_info is now called tools.pg_stat_statements_info',
    ],
  },
  {
    does: 'drops an extension',
    given: UNACCENT,
    sql: 'drop extension unaccent',
    widens: false,
    tells: ['narrowed: everybody (PUBLIC) can no longer call the functions of the extension unaccent 1.1'],
  },
];
