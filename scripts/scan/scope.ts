import { type Bounds, OURS, type Scope, scopeOf } from '../catalog/invariants/scope.ts';
import { isBound, relationNamed } from './fragments.ts';

/** What a scan looks at beyond the catalog's own objects: who calls what, and which functions decide about access. */
export interface ScanScope extends Scope {
  /** `caller_policies`: the policies that bind a caller. Needs `policies`, `callers`. */
  readonly callerPolicies: string;
  /** `storage_policies`: the same of `storage.objects`. Needs `callers`. */
  readonly storagePolicies: string;
  /** `calls(caller, callee)`: functions that name another one in their body. Needs `functions`. */
  readonly calls: string;
  /** `policy_functions`: functions that a policy calls, directly or through others. Needs `functions`, `policies`, `calls`. */
  readonly policyFunctions: string;
  /** `context_functions(oid)`: functions that ask who calls, themselves or through others. Needs `functions`, `calls`. */
  readonly contextFunctions: string;
  /** `fenced(oid)`: tables that a restrictive policy on the tenant key holds. Needs `tenant_tables`, `caller_policies`. */
  readonly fenced: string;
}

const CONTEXT = String.raw`auth\.(uid|jwt|role|email)\s*\(|\mcurrent_setting\s*\(|\m(current_user|session_user|current_role)\M`;

const BINDS_A_CALLER = `exists (select from callers as r where ${isBound('o')})`;

/** Adds to a scope what only scans look at. */
function extended(scope: Scope): ScanScope {
  return {
    ...scope,
    callerPolicies: `
  caller_policies as (
    select o.* from policies as o where ${BINDS_A_CALLER}
  )`,
    storagePolicies: `
  storage_policies as (
    select o.*, 'storage.objects policy ' || quote_ident(o.polname) as object,
           pg_get_expr(o.polqual, o.polrelid) as using_text, pg_get_expr(o.polwithcheck, o.polrelid) as check_text,
           concat_ws(' ', pg_get_expr(o.polqual, o.polrelid), pg_get_expr(o.polwithcheck, o.polrelid)) as condition
    from pg_policy as o
    where o.polrelid = ${relationNamed('storage', 'objects')}
      and ${BINDS_A_CALLER}
  )`,
    calls: String.raw`
  calls as (
    select distinct f.oid as caller, g.oid as callee
    from functions as f
    cross join lateral regexp_matches(lower(f.body), '([a-z_][a-z0-9_$]*)"?\s*\(', 'g') as word (found)
    join functions as g on g.proname = word.found[1] and g.oid <> f.oid
  )`,
    policyFunctions: `
  policy_functions as (
    with recursive reached as (
      select d.refobjid as oid
      from policies as o
      join pg_depend as d on d.classid = 'pg_policy'::regclass and d.objid = o.oid and d.refclassid = 'pg_proc'::regclass
      union
      select c.callee from reached as r join calls as c on c.caller = r.oid
    )
    select f.* from functions as f where f.oid in (select r.oid from reached as r)
  )`,
    contextFunctions: `
  context_functions as (
    with recursive reached as (
      select f.oid from functions as f where f.body ~* '${CONTEXT}'
      union
      select c.caller from reached as r join calls as c on c.callee = r.oid
    )
    select oid from reached
  )`,
    fenced: `
  fenced as (
    select o.polrelid as oid
    from caller_policies as o
    join tenant_tables as t on t.oid = o.polrelid
    where not o.polpermissive
      and o.polcmd = '*'
      and exists (
        select from pg_depend as d
        where d.classid = 'pg_policy'::regclass and d.objid = o.oid
          and d.refclassid = 'pg_class'::regclass and d.refobjid = o.polrelid and d.refobjsubid = t.attnum
      )
  )`,
  };
}

/** The scope of a scan within these bounds. */
export function scanScope(bounds: Bounds): ScanScope {
  return extended(scopeOf(bounds));
}

/** Our own schemas, for invariants that are a scan's rule held to our own catalog. */
export const OUR_SCAN = extended(OURS);
