import type { ScanRule } from '../rule.ts';

export const crossTenantReference: ScanRule = {
  name: 'cross-tenant-reference',
  level: 'medium',
  claim: 'every reference between tenant tables carries the tenant key on both sides',
  why: "A foreign key is checked past row-level security: a plain one links to, and probes for, another tenant's rows, and a cascade removes them.",
  remedy:
    'unique (<tenant key>, id) on the parent; foreign key (<tenant key>, parent_id) references parent (<tenant key>, id)',
  needs: 'tenant',
  query: ({ tables, tenantTables, foreignKeys, tenantColumn }) => `
    with ${tables}, ${tenantTables}, ${foreignKeys}
    select k.object,
           case
             when not exists (
               select from unnest(k.conkey, k.confkey) as pair (here, there)
               where pair.here = child.attnum and pair.there = parent.attnum
             ) then 'does not pair ' || ${tenantColumn} || ' with ' || ${tenantColumn} ||
               case when k.confdeltype in ('c', 'n', 'd') or k.confupdtype in ('c', 'n', 'd') then ', and cascades' else '' end
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
