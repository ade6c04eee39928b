import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const subjectsStated: Invariant = {
  name: 'subjects-stated',
  claim:
    "every table's rows are a patient's by the graph of foreign keys, or it says whose they are; whatever an export leaves out, or a link names, exists",
  why: 'A table that nobody thought of is forgotten when a person asks for their data, or for its erasure.',
  requirements: ['N-49'],
  query: `
    with ${TABLES},
    stated as (
      select t.object, t.oid, c.subjects, g.relation is not null as is_reached,
             exists (
               select from pg_attribute as a
               where a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped and a.attname like '%patient\\_id'
             ) as names_a_patient,
             exists (select from pg_attribute as a where a.attrelid = t.oid and a.attname = 'organisation_id') as is_of_a_tenant
      from tables as t
      join pg_class as k on k.oid = t.oid and not k.relispartition
      join governance.classification as c on c.schema_name = t.schema and c.table_name = t.table_name
      left join governance.subject_graph() as g on to_regclass(g.relation) = t.oid
    )
    select s.object,
           case
             when s.is_reached and not s.is_of_a_tenant then 'holds rows of a patient and no organisation_id to find them by'
             when s.is_reached and s.subjects is not null and not 'patient' = any (s.subjects)
               then 'says that its rows are nobody''s, and foreign keys make them a patient''s'
             when not s.is_reached and s.subjects is null
               then 'says not whose rows it holds: state governance.classification.subjects ({} for nobody''s), or link it in governance.subject_links'
             when not s.is_reached and s.names_a_patient and not 'patient' = any (s.subjects)
               then 'names a patient without a foreign key: link it in governance.subject_links'
           end as problem
    from stated as s
    union all
    select 'governance.export_exclusions ' || e.schema_name || '.' || e.table_name || '.' || e.column_name,
           'names what does not exist'
    from governance.export_exclusions as e
    where not exists (
      select from tables as t
      join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      where e.schema_name in (t.schema, '*') and e.table_name in (t.table_name, '*') and e.column_name in (a.attname, '*')
    )
    union all
    select 'governance.subject_links ' || l.schema_name || '.' || l.table_name || '.' || l.column_name || ' to ' || l.target_table,
           'names what does not exist'
    from governance.subject_links as l
    where not exists (
      select from tables as t
      join pg_attribute as a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
      where l.schema_name = t.schema and l.table_name = t.table_name and l.column_name = a.attname
    )
    or to_regclass('public.' || quote_ident(l.target_table)) is null`,
};
