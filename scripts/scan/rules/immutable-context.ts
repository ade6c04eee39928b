import type { ScanRule } from '../rule.ts';

export const immutableContext: ScanRule = {
  name: 'immutable-context',
  level: 'high',
  claim: 'no IMMUTABLE function asks who calls',
  why: 'PostgreSQL computes an IMMUTABLE function once and keeps the answer in the plan: a prepared statement then serves the next tenant the rows of the first. SQL and PL/pgSQL alike.',
  remedy: 'alter function … stable; in a policy, (select f()) keeps it as fast',
  query: ({ functions, calls, contextFunctions }) => `
    with ${functions}, ${calls}, ${contextFunctions}
    select f.object,
           case
             when f.provolatile = 'i' and f.oid in (select oid from context_functions) then 'is IMMUTABLE and asks who calls'
           end as problem
    from functions as f
    where f.lanname in ('sql', 'plpgsql')`,
};
