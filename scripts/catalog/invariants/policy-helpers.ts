import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const policyHelpers: Invariant = {
  name: 'policy-helpers',
  claim: 'every function that a policy calls is ours, plpgsql, not IMMUTABLE and PARALLEL UNSAFE',
  why: 'A sql helper is planned anew in every statement; an IMMUTABLE one serves a prepared plan to the next tenant; before 17, who reads malformed claims without an error of the server cannot do so under a parallel plan.',
  requirements: ['N-11', 'N-26'],
  // role_rank is exempt: a pure function of the row, with nothing to plan.
  query: `
    with ${TABLES}
    select distinct n.nspname || '.' || f.proname as object,
           case
             when n.nspname || '.' || f.proname = 'authz.role_rank' then null
             when n.nspname <> 'authz' then 'is not one of the helpers in authz'
             when l.lanname <> 'plpgsql' then 'is written in ' || l.lanname
             when f.provolatile = 'i' then 'is IMMUTABLE'
             when f.proparallel <> 'u' then 'lets a parallel plan begin'
           end as problem
    from pg_policy as p
    join tables as t on t.oid = p.polrelid
    join pg_depend as d on d.classid = 'pg_policy'::regclass and d.objid = p.oid and d.refclassid = 'pg_proc'::regclass
    join pg_proc as f on f.oid = d.refobjid
    join pg_namespace as n on n.oid = f.pronamespace
    join pg_language as l on l.oid = f.prolang`,
};
