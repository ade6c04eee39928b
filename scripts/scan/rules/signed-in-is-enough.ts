import { bare } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

/** Conditions that hold for whoever has any account; signing up takes a minute. */
const EVERYBODY = [
  'true',
  'auth.uidisnotnull',
  "auth.role='authenticated'",
  "auth.jwt->>'role'='authenticated'",
  "auth.role=anyarray['authenticated']",
  'auth.roleisnotnull',
  'auth.jwtisnotnull',
  '1=1',
];

export const signedInIsEnough: ScanRule = {
  name: 'signed-in-is-enough',
  level: 'high',
  claim: 'no policy opens the rows of a tenant, or changing and deleting, to whoever is signed in',
  why: 'auth.uid() is not null, or auth.role() = \'authenticated\', holds for every account of every tenant. Scanners that look for the word "true" pass it.',
  remedy: 'ask whose the row is: the tenants of the caller, or (select auth.uid()) = <owner>',
  query: ({ callers, tables, tenantTables, policies, callerPolicies, fenced }) => `
    with ${callers}, ${tables}, ${tenantTables}, ${policies}, ${callerPolicies}, ${fenced}
    select o.object,
           case
             when o.polrelid in (select oid from fenced) then null
             when not coalesce(${bare('coalesce(o.using_text, o.check_text)')} = any (array[${EVERYBODY.map((text) => `'${text.replaceAll("'", "''")}'`).join(', ')}]), false)
               then null
             when t.oid is not null then 'opens rows of every tenant to whoever is signed in'
             when o.polcmd in ('w', 'd', '*') then 'lets whoever is signed in change every row'
           end as problem
    from caller_policies as o
    left join tenant_tables as t on t.oid = o.polrelid
    where o.polpermissive`,
};
