/*
 * What belongs to Supabase itself on a hosted project, or to PostgreSQL: it is nobody's drift, and its changes come with
 * the platform's own releases. Sources: supabase/postgres migrations and the extensions that a project can enable.
 */

/** Schemas of the platform and of extensions. `pg_*` and `information_schema` are PostgreSQL's. */
export const PLATFORM_SCHEMAS: readonly string[] = [
  '_analytics',
  '_realtime',
  '_supavisor',
  'auth',
  'cron',
  'extensions',
  'graphql',
  'graphql_public',
  'net',
  'pgbouncer',
  'pgmq',
  'pgsodium',
  'pgsodium_masks',
  'pgtle',
  'realtime',
  'storage',
  'supabase_functions',
  'supabase_migrations',
  'topology',
  'vault',
];

/** Roles of the platform. Ours are those of the catalog's own list. */
export const PLATFORM_ROLES: readonly string[] = [
  'anon',
  'authenticated',
  'authenticator',
  'dashboard_user',
  'pgbouncer',
  'pgsodium_keyholder',
  'pgsodium_keyiduser',
  'pgsodium_keymaker',
  'pgtle_admin',
  'postgres',
  'service_role',
  'supabase_admin',
  'supabase_auth_admin',
  'supabase_etl_admin',
  'supabase_functions_admin',
  'supabase_privileged_role',
  'supabase_read_only_user',
  'supabase_realtime_admin',
  'supabase_replication_admin',
  'supabase_storage_admin',
  'supabase_superuser',
];

/** Those of them that reach every row whatever policies say, as they do on every project. */
export const PLATFORM_BYPASSERS: readonly string[] = [
  'postgres',
  'service_role',
  'supabase_admin',
  'supabase_etl_admin',
  'supabase_read_only_user',
  'supabase_replication_admin',
];

/** Roles that requests run as. */
export const API_ROLES: readonly string[] = [
  'anon',
  'authenticated',
  'service_role',
  'internal_ops',
  'patient',
];

/** Event triggers that every project has: they grant what an extension needs, and tell the API of changes. */
export const PLATFORM_EVENT_TRIGGERS: readonly string[] = [
  'api_restart',
  'issue_graphql_placeholder',
  'issue_pg_cron_access',
  'issue_pg_graphql_access',
  'issue_pg_net_access',
  'pgrst_ddl_watch',
  'pgrst_drop_watch',
];
