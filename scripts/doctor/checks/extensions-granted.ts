import type { DoctorCheck } from '../check.ts';

export const extensionsGranted: DoctorCheck = {
  name: 'extensions-granted',
  claim: 'no caller may call what an extension offers to reach other servers, files or programs',
  why: 'A function that opens a connection or a file carries rows out past every policy.',
  remedy:
    'as the owner of the function: revoke execute on function … from public, anon, authenticated. Where the platform owns it, as hosted Supabase does that of pg_net, REVOKE warns and changes nothing: drop the extension, or keep its schema (net) out of what the API exposes, and give callers no SQL',
  requirements: ['N-09'],
  query: `
    select 'extension ' || quote_ident(e.extname) as object,
           coalesce(string_agg(distinct r.rolname, ', ') || ' may call ' || min(p.proname) filter (where r.oid is not null), 'no caller may') as found,
           'no caller may' as expected, case when count(r.oid) > 0 then 'fault' else 'ok' end as state
    from pg_extension as e
    join pg_depend as d on d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
    join pg_proc as p on p.oid = d.objid
    left join pg_roles as r on r.rolname in ('anon', 'authenticated', 'internal_ops', 'patient')
      and has_function_privilege(r.oid, p.oid, 'execute') and has_schema_privilege(r.oid, p.pronamespace, 'usage')
    where e.extname in ('dblink', 'file_fdw', 'http', 'lo', 'pageinspect', 'pg_cron', 'pg_net', 'postgres_fdw', 'wrappers')
      and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype, 'fdw_handler'::regtype)
    group by e.extname`,
};
