import type { ScanRule } from '../rule.ts';

export const searchPathWritable: ScanRule = {
  name: 'search-path-writable',
  level: 'high',
  claim: 'no SECURITY DEFINER function looks for names in a schema that a caller may create in',
  why: 'The caller puts a table or function of the expected name there, and it runs with the rights of the owner.',
  remedy: "revoke create on the schema from the callers; alter function … set search_path = ''",
  query: ({ callers, functions }) => `
    with ${callers}, ${functions},
    paths as (
      select f.object, f.proconfig,
             (
               select string_agg(trim(both '" ' from place), ',')
               from unnest(f.proconfig) as setting
               cross join unnest(string_to_array(substring(setting from '^search_path=(.*)$'), ',')) as place
             ) as path
      from functions as f
      where f.prosecdef and f.prosqlbody is null and f.lanname in ('sql', 'plpgsql')
    )
    select object,
           (
             select format('looks for names in %I, where %s may create', n.nspname, string_agg(r.rolname, ', ' order by r.rolname))
             from pg_namespace as n
             join callers as r on has_schema_privilege(r.oid, n.oid, 'create')
             where n.nspname = any (string_to_array(path, ',')) and n.nspname !~ '^pg_'
             group by n.nspname
             order by n.nspname
             limit 1
           ) as problem
    from paths`,
};
