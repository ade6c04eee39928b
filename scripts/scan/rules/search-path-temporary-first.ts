import type { ScanRule } from '../rule.ts';

export const searchPathTemporaryFirst: ScanRule = {
  name: 'search-path-temporary-first',
  level: 'medium',
  claim: 'every SECURITY DEFINER function searches pg_temp last, or nothing',
  why: 'Where pg_temp is not named it is searched first: a temporary table of the caller stands in for the table of memberships, also under "set search_path = public". It takes raw SQL, which one injection gives.',
  remedy: "alter function … set search_path = '', and qualify its names; or put pg_temp at the end",
  query: ({ callers, functions }) => `
    with ${callers}, ${functions},
    paths as (
      select f.object, setting.path
      from functions as f
      left join lateral (
        select regexp_replace(substring(s from '^search_path=(.*)$'), '[" ]', '', 'g') as path
        from unnest(f.proconfig) as s where s like 'search_path=%'
      ) as setting on true
      where f.prosecdef and f.prosqlbody is null and f.lanname in ('sql', 'plpgsql')
    )
    select object,
           case
             when not exists (select from callers as r where has_database_privilege(r.oid, current_database(), 'temp')) then null
             when path is null then 'sets no search_path'
             when path = '' or path ~ ',pg_temp$' or path = 'pg_temp' then null
             when path ~ '(^|,)pg_temp,' then 'searches pg_temp before other schemas: ' || path
             when path = 'pg_catalog' then null
             else 'searches pg_temp first: ' || path
           end as problem
    from paths`,
};
