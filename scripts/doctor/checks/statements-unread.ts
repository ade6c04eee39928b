import type { DoctorCheck } from '../check.ts';

export const statementsUnread: DoctorCheck = {
  name: 'statements-unread',
  claim: 'no caller reads what others of their role have asked',
  why: 'pg_stat_statements is given to everybody, and shows each role its own statements: all clinics ask as authenticated. Values are taken out of queries, and not out of DO, nor before PostgreSQL 18 out of SET. PostgREST does not serve it; whoever runs SQL reads it.',
  remedy:
    'as the owner of the extension: revoke select on extensions.pg_stat_statements from public, and grant it to who reads costs (db:costs, compliance); where the platform owns it, ask them, and put no value into a SET or DO as a caller: select set_config(…, $1, true)',
  requirements: ['S-04', 'N-09'],
  query: `
    select 'view ' || n.nspname || '.' || c.relname as object,
           coalesce(string_agg(r.rolname, ', ' order by r.rolname) || ' may read it', 'no caller may') as found,
           'no caller may' as expected, case when count(r.oid) > 0 then 'fault' else 'ok' end as state
    from pg_extension as e
    join pg_depend as d on d.refclassid = 'pg_catalog.pg_extension'::regclass and d.refobjid = e.oid and d.classid = 'pg_catalog.pg_class'::regclass and d.deptype = 'e'
    join pg_class as c on c.oid = d.objid and c.relname = 'pg_stat_statements'
    join pg_namespace as n on n.oid = c.relnamespace
    left join pg_roles as r on r.rolname in ('anon', 'authenticated', 'internal_ops', 'patient')
      and has_table_privilege(r.oid, c.oid, 'select') and has_schema_privilege(r.oid, n.oid, 'usage')
    where e.extname = 'pg_stat_statements'
    group by n.nspname, c.relname`,
};
