import { isItsOwnSchema } from '../../../catalog/extension-members.ts';

/** What stands in a schema of its own, of the kinds that somebody may read or call; any other member is where its extension is. */
const SCHEMA_OF = `coalesce(
      (select c.relnamespace from pg_class as c where d.classid = 'pg_class'::regclass and c.oid = d.objid),
      (select p.pronamespace from pg_proc as p where d.classid = 'pg_proc'::regclass and p.oid = d.objid),
      (select t.typnamespace from pg_type as t where d.classid = 'pg_type'::regclass and t.oid = d.objid))`;

/** Extensions and what they hold. The type of a table's rows is that table's. */
export const EXTENSIONS = `
  select json_build_object('id', x.oid::text, 'name', x.extname, 'version', x.extversion, 'members', coalesce((
    select json_agg(json_build_object(
      'id', format('%s %s', d.classid, d.objid),
      'what', pg_describe_object(d.classid, d.objid, 0),
      'isAtHome', s.schema is null or ${isItsOwnSchema('s.schema')}) order by d.classid, d.objid)
    from pg_depend as d
    cross join lateral (select ${SCHEMA_OF} as schema) as s
    where d.refclassid = 'pg_extension'::regclass and d.refobjid = x.oid and d.deptype = 'e'
      and not (d.classid = 'pg_type'::regclass and exists (
        select from pg_type as t where t.oid = d.objid and (t.typcategory = 'A' or t.typrelid <> 0)))), '[]')) as found
  from pg_extension as x
  order by x.extname collate "C"`;
