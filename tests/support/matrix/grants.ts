import { TABLES, VIEWS } from '../../../policies/index.ts';
import type { Queryable } from '../../../scripts/catalog/invariants/invariant.ts';
import { withExplanation } from '../../../scripts/policy/explain.ts';
import { buildGrants, buildViewGrants } from '../../../scripts/policy/grants.ts';

/**
 * Compares the access lists of the catalog with the rules, word for word: whoever holds something, PUBLIC and the right
 * to pass it on included, and on every relation of ours, ruled or not. What nobody can use today counts as well.
 *
 * @param relation a qualified name; all when left out.
 * @returns what one has and the other has not: `patient holds update (mrn) on public.patients, undeclared`.
 */
export async function differingGrants(client: Queryable, relation?: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ grant: string }>(HELD, [relation ?? null]);
  const held = new Set(rows.map(({ grant }) => grant));
  const declared = new Set(declaredGrants(relation));
  return [
    ...[...held].filter((grant) => !declared.has(grant)).map((grant) => `${grant}, undeclared`),
    ...[...declared].filter((grant) => !held.has(grant)).map((grant) => `${grant}, declared but not held`),
  ];
}

function declaredGrants(only?: string): readonly string[] {
  const nodes = [...TABLES.map(withExplanation).flatMap(buildGrants), ...VIEWS.flatMap(buildViewGrants)];
  return nodes.flatMap(({ relation, role, privileges }) => {
    const name = `${relation.schema}.${relation.name}`;
    if (only !== undefined && only !== name) return [];
    return privileges.flatMap(({ privilege, columns }) =>
      (columns?.map((column) => ` (${column})`) ?? ['']).map(
        (column) => `${role} holds ${privilege}${column} on ${name}`,
      ),
    );
  });
}

const HELD = `
  select coalesce(r.rolname, 'PUBLIC') || ' holds ' || lower(g.privilege_type) || g.columns || ' on ' || g.relation
           || case when g.is_grantable then ' and may pass it on' else '' end as grant
  from (
    select n.nspname || '.' || c.relname as relation, c.relowner, x.grantee, x.privilege_type, x.is_grantable, '' as columns
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    cross join aclexplode(c.relacl) as x
    where n.nspname in ('public', 'authz', 'audit', 'governance') and c.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select n.nspname || '.' || c.relname, c.relowner, x.grantee, x.privilege_type, x.is_grantable, ' (' || a.attname || ')'
    from pg_attribute as a
    join pg_class as c on c.oid = a.attrelid
    join pg_namespace as n on n.oid = c.relnamespace
    cross join aclexplode(a.attacl) as x
    where n.nspname in ('public', 'authz', 'audit', 'governance') and not a.attisdropped
  ) as g
  left join pg_roles as r on r.oid = g.grantee
  where g.grantee <> g.relowner and ($1::text is null or g.relation = $1)`;
