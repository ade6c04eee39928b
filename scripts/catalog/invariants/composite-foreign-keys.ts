import type { Invariant } from './invariant.ts';
import { FOREIGN_KEYS, TABLES, TENANT_TABLES } from './scope.ts';

export const compositeForeignKeys: Invariant = {
  name: 'composite-foreign-keys',
  claim: 'every reference between tenant tables carries organisation_id on both sides',
  why: "A foreign key is checked past row-level security: a plain one links to, and probes for, another tenant's rows.",
  requirements: ['S-03', 'S-04'],
  query: `
    with ${TABLES}, ${TENANT_TABLES}, ${FOREIGN_KEYS}
    select k.object,
           case
             when not exists (
               select from unnest(k.conkey, k.confkey) as pair (here, there)
               where pair.here = child.attnum and pair.there = parent.attnum
             ) then 'does not pair organisation_id with organisation_id'
             when k.confmatchtype <> 'f' and (
               select count(*) from unnest(k.conkey) as column_number
               join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = column_number
               where not a.attnotnull
             ) > 1 then 'has several nullable columns: one NULL switches the whole check off'
           end as problem
    from foreign_keys as k
    join tenant_tables as child on child.oid = k.conrelid
    join tenant_tables as parent on parent.oid = k.confrelid`,
};
