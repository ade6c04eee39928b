import type { Invariant } from './invariant.ts';
import { TABLES, TENANT_TABLES } from './scope.ts';

export const auditColumns: Invariant = {
  name: 'audit-columns',
  claim: 'every tenant table has the audit columns, and no realm may write them',
  why: 'A stamp that a client can send is a claim, not evidence.',
  requirements: ['S-16'],
  query: `
    with ${TABLES}, ${TENANT_TABLES}
    select t.object || '.' || w.column_name as object,
           case
             when a.attnum is null then 'is missing'
             when w.column_name <> 'archived_at' and exists (
               select from pg_roles as r
               where r.rolname in ('authenticated', 'internal_ops', 'patient', 'anon')
                 and has_column_privilege(r.oid, t.oid, a.attnum, 'insert, update')
             ) then 'may be written by a realm'
           end as problem
    from tenant_tables as t
    cross join (values ('created_at'), ('created_by_user_id'), ('updated_at'), ('updated_by_user_id'), ('actor_kind'),
                       ('archived_at'), ('archived_by_user_id')) as w (column_name)
    left join pg_attribute as a on a.attrelid = t.oid and a.attname = w.column_name and not a.attisdropped
    where t.schema = 'public'`,
};
