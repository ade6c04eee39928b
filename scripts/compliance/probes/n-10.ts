import { compileAll } from '../../policy/compile.ts';
import { probe, surveys } from '../probe.ts';

/** `public.patients provider_select`, of every policy that the rules of this checkout compile to. */
function compiledPolicies(): string[] {
  return compileAll().flatMap(({ key }) => {
    const [, policy, table] = /^policy (\S+) on (\S+)$/.exec(key) ?? [];
    return policy && table ? [`${table} ${policy}`] : [];
  });
}

export const n10 = probe(
  'N-10',
  [
    surveys(
      'every policy of a realm is one that the rules compile to, and every one of those is there',
      `
    select coalesce(h.object, c.object) as object,
           case when c.object is null then 'is none of the rules' when h.object is null then 'is missing' end as problem
    from (
      select schemaname || '.' || tablename || ' ' || policyname as object
      from pg_policies where schemaname in ('public', 'authz', 'audit', 'governance')
    ) as h
    full join unnest($1::text[]) as c (object) on c.object = h.object`,
      { values: [compiledPolicies()] },
    ),
  ],
  {
    outside:
      'that the text of each is the compiled one is compared with a replay: npm run db:check, npm run db:drift',
  },
);
