import { quoteLiteral } from '../postgres/quote.ts';

/**
 * `values_of(object, value)`: a server setting as this session has it, and as any role or database overrides it. A setting that the server
 * does not know gives no row.
 */
function valuesOf(setting: string): string {
  const name = quoteLiteral(setting);
  return `values_of as (
      select name as object, setting as value from pg_settings where name = ${name}
      union all
      select name || coalesce(' of role ' || pg_get_userbyid(nullif(s.setrole, 0)), '') || coalesce(' in database ' || d.datname, ''),
             substr(entry, length(name) + 2)
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

/** A query over `values_of`: each value is held against one condition. */
export function settingQuery(setting: string, isRight: string, expected: string): string {
  return `
    with ${valuesOf(setting)}
    select object, value as found, ${quoteLiteral(expected)} as expected,
           case when ${isRight} then 'ok' else 'fault' end as state
    from values_of`;
}
