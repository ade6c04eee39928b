import type { ScanRule } from '../rule.ts';

export const tenantKeyNullable: ScanRule = {
  name: 'tenant-key-nullable',
  level: 'medium',
  claim: 'the tenant key of every table is NOT NULL',
  why: "A row without tenant is in nobody's fence: IS NOT DISTINCT FROM, coalesce() and composite foreign keys let it through, and no unique index holds it.",
  remedy: 'give such rows a tenant or a table of their own, then alter column … set not null',
  needs: 'tenant',
  query: ({ tables, tenantTables, tenantColumn }) => `
    with ${tables}, ${tenantTables}
    select t.object, case when not t.attnotnull then ${tenantColumn} || ' may be NULL' end as problem
    from tenant_tables as t`,
};
