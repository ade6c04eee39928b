import type { Migration } from './migration.ts';

export const OWNERSHIP: readonly Migration[] = [
  {
    does: 'gives a table to our definer functions',
    sql: 'grant create on schema public to cordon_definer; alter table public.beds owner to cordon_definer; revoke create on schema public from cordon_definer',
    asSuperuser: true,
    widens: true,
    tells: [
      'widened: our definer functions can now change public.beds (13 of 14 columns) too',
      'widened: our definer functions can now empty public.beds, whatever its policies say',
      'widened: our definer functions can now lock public.beds against everybody',
      'widened: our definer functions can now put triggers on public.beds, which run as whoever writes next',
      'widened: our definer functions can now read public.beds (11 of 14 columns) too',
      'widened: our definer functions can now refer to public.beds with foreign keys, and so ask which keys exist',
      'changed: public.beds belongs to cordon_definer instead of postgres: an owner grants, alters and drops',
      'equal: DELETE on public.beds is now granted to our definer functions, and no policy lets them have a row',
      'equal: INSERT on public.beds is now granted to our definer functions, and no policy lets them have a row',
    ],
  },
  {
    does: 'gives a schema to operations',
    sql: 'alter schema governance owner to internal_ops',
    asSuperuser: true,
    widens: true,
    tells: ['widened: operations can now create objects in, name what stands in and own schema governance'],
  },
  {
    does: 'gives a helper of policies to staff',
    sql: 'alter function authz.role_rank(text) owner to authenticated',
    asSuperuser: true,
    widens: true,
    tells: [
      'changed: authz.role_rank(text), which 1 default asks, belongs to authenticated instead of postgres',
    ],
  },
  {
    does: 'lets staff search other schemas first',
    sql: `alter role authenticated set search_path = 'public, extensions'`,
    asSuperuser: true,
    widens: true,
    tells: ['changed: clinic staff begin every session with another search_path'],
  },
  {
    does: 'shows another schema to requests',
    sql: `alter role authenticator set pgrst.db_schemas = 'public, authz'`,
    asSuperuser: true,
    widens: true,
    tells: ['changed: the login of requests begins every session with another pgrst.db_schemas'],
  },
  {
    does: 'sets something for every session of the database',
    sql: `do $$ begin execute format('alter database %I set session_replication_role = replica', current_database()); end $$`,
    asSuperuser: true,
    widens: true,
    tells: ['changed: everybody begins every session with another session_replication_role'],
  },
  {
    does: 'no longer lets patients only read',
    given: 'alter role patient set default_transaction_read_only = on',
    sql: 'alter role patient reset default_transaction_read_only',
    asSuperuser: true,
    widens: true,
    tells: ['changed: patients begin every session with another default_transaction_read_only'],
  },
  {
    does: 'lets statements of staff run longer',
    sql: `alter role authenticated set statement_timeout = '20s'`,
    asSuperuser: true,
    widens: false,
    tells: [],
  },
];
