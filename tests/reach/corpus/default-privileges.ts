import type { Migration } from './migration.ts';

export const DEFAULT_PRIVILEGES: readonly Migration[] = [
  {
    does: 'grants staff every table to come',
    sql: 'alter default privileges in schema public grant select, insert on tables to authenticated',
    widens: true,
    tells: [
      'widened: clinic staff can now add to and read every table that postgres creates in schema public from now on',
    ],
  },
  {
    does: 'grants PUBLIC every function to come',
    sql: 'alter default privileges grant execute on functions to public',
    widens: true,
    tells: ['widened: everybody (PUBLIC) can now call every function that postgres creates from now on'],
  },
  {
    does: 'grants staff every sequence to come, in whatever schema',
    sql: 'alter default privileges grant usage on sequences to authenticated',
    widens: true,
    tells: [
      'widened: clinic staff can now draw numbers from every sequence that postgres creates from now on',
    ],
  },
  {
    does: 'takes back what was granted of tables to come',
    given: 'alter default privileges in schema public grant select on tables to authenticated',
    sql: 'alter default privileges in schema public revoke select on tables from authenticated',
    widens: false,
    tells: [
      'narrowed: clinic staff can no longer read every table that postgres creates in schema public from now on',
    ],
  },
];
