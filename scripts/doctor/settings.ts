import { OWN_SCHEMAS } from '../catalog/extension-members.ts';
import { PLATFORM_SCHEMAS } from '../drift/platform-names.ts';
import { quoteLiteral } from '../postgres/quote.ts';

/** Where a value comes from that this login alone has: the server's own stands behind it. */
const OF_LOGIN = `('user', 'database user', 'client', 'session')`;

/**
 * `values_of(object, value, is_own)`: a server setting as this session has it, and as any role or database overrides it; `is_own` where this
 * login alone has it, and the server may have another. A setting that the server does not know gives no row.
 */
export function valuesOf(setting: string): string {
  const name = quoteLiteral(setting);
  return `values_of as (
      select name as object, setting as value, source in ${OF_LOGIN} as is_own from pg_settings where name = ${name}
      union all
      select name || coalesce(' of role ' || pg_get_userbyid(nullif(s.setrole, 0)), '') || coalesce(' in database ' || d.datname, ''),
             substr(entry, length(name) + 2), false
      from pg_db_role_setting as s
      left join pg_database as d on d.oid = s.setdatabase
      cross join (select ${name} as name) as n
      cross join unnest(s.setconfig) as entry
      where entry like name || '=%' and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
    )`;
}

/** A setting of PostgREST as its login has it, that of this database first; no row where it is set elsewhere. */
export function postgrestSetting(name: string): string {
  return `postgrest as (
      select substr(entry, ${`pgrst.${name}=`.length + 1}) as value
      from pg_db_role_setting as s
      cross join unnest(s.setconfig) as entry
      where pg_get_userbyid(s.setrole) = 'authenticator' and entry like 'pgrst.${name}=%'
        and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
      order by s.setdatabase desc
      limit 1
    )`;
}

/** What was found of a value, and what it says: a right one that only this login has says nothing of others. */
export const FOUND = `value || case when is_own then ' for this login, whose own setting hides that of the server' else '' end`;
export function stateOf(isRight: string): string {
  return `case when not (${isRight}) then 'fault' when is_own then 'unseen' else 'ok' end`;
}

/** A query over `values_of`: each value is held against one condition. */
export function settingQuery(setting: string, isRight: string, expected: string): string {
  return `
    with ${valuesOf(setting)}
    select object, ${FOUND} as found, ${quoteLiteral(expected)} as expected, ${stateOf(isRight)} as state
    from values_of`;
}

/** Schemas that no API serves: ours but public, their months, the catalogs, and the platform's but the one that is made for it. */
export const NEVER_EXPOSED: readonly string[] = [
  ...OWN_SCHEMAS.filter((name) => name !== 'public'),
  'access_log_months',
  'information_schema',
  'pg_catalog',
  ...PLATFORM_SCHEMAS.filter((name) => name !== 'graphql_public'),
  // Those too the Supabase CLI takes for the platform's. What an application calls so itself is still looked at by db:scan and db:drift.
  'dbdev',
  'etl',
  'repack',
  'tiger',
  'tiger_data',
];

/** And what is called so, as a regular expression: the server's own, and an extension's that makes many. */
export const NEVER_EXPOSED_NAMES = '^(pg_|_?timescaledb_)';
