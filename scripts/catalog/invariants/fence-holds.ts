import { sqlWithoutRecorder } from '../../policy/recorded.ts';
import type { Invariant } from './invariant.ts';
import { REALMS, TABLES, TENANT_TABLES } from './scope.ts';

/** The tenant key beside one scalar, or the first of several, that gives the current organisation. */
const CURRENT =
  '^\\(organisation_id = (COALESCE\\()?(\\( SELECT authz\\.organisation_(id|for|within)\\([^()]*\\) AS \\w+\\)(, )?)+\\)?\\)$';

/** Fences that let everybody of a realm in, each with its reason. */
const OPEN: Readonly<Record<string, string>> = {
  'public.consent_purpose_versions for authenticated': 'what somebody consents to is public',
  'public.consent_purpose_versions for patient': 'what somebody consents to is public',
  'public.consent_purposes for anon': 'what somebody consents to is public',
  'public.consent_purposes for authenticated': 'what somebody consents to is public',
  'public.consent_purposes for patient': 'what somebody consents to is public',
  'public.form_templates for anon': 'what they are called is public; grants of columns decide on the rest',
  'public.form_templates for authenticated': 'texts that are signed are of no tenant',
  'public.form_templates for patient': 'texts that are signed are of no tenant',
  'public.organisations for anon':
    'the directory of organisations is public; its policy decides on rows and columns',
};

export const fenceHolds: Invariant = {
  name: 'fence-holds',
  claim:
    'every fence is the same for reading and writing and closes something, on a tenant table by comparing the tenant key with the reach of its realm',
  why: 'A fence that is true, or that checks only one direction, is a fence in name.',
  requirements: ['S-02', 'S-03', 'N-24'],
  query: `
    with ${TABLES}, ${TENANT_TABLES},
    fences as (
      select t.object || ' for ' || r.rolname as object, r.rolname, n.attnum, p.oid,
             ${sqlWithoutRecorder('pg_get_expr(p.polqual, p.polrelid)')} as using_expression,
             ${sqlWithoutRecorder('pg_get_expr(coalesce(p.polwithcheck, p.polqual), p.polrelid)')} as check_expression
      from tables as t
      left join tenant_tables as n on n.oid = t.oid
      join pg_policy as p on p.polrelid = t.oid and not p.polpermissive and p.polcmd = '*'
      join pg_roles as r on r.oid = any (p.polroles)
      where r.rolname in ${REALMS}
    )
    select f.object,
           case
             when f.rolname = 'anon' and f.check_expression <> 'false' then 'lets who is not signed in write'
             when f.rolname <> 'anon' and f.using_expression is distinct from f.check_expression then 'writes are fenced otherwise than reads'
             when f.using_expression = 'true' and not f.object = any ($1) then 'lets everybody in, unlisted'
             when f.attnum is null then null
             when f.rolname = 'anon' and f.using_expression <> 'false' then 'lets in who is not signed in'
             when f.rolname = 'internal_ops' and f.using_expression !~ 'authz\\.is_operator' then 'does not ask whether the caller is an operator'
             when f.rolname in ('authenticated', 'patient') and not exists (
               select from pg_depend as d
               where d.classid = 'pg_policy'::regclass and d.objid = f.oid
                 and d.refclassid = 'pg_class'::regclass and d.refobjsubid = f.attnum
             ) then 'does not look at organisation_id'
             when f.rolname = 'authenticated' and f.using_expression !~ $2
               then 'does not compare with the current organisation'
             when f.rolname = 'patient' and f.using_expression !~ 'authz\\.patient_organisation_ids'
               then 'does not compare with the organisations of the patient'
           end as problem
    from fences as f`,
  values: [Object.keys(OPEN), CURRENT],
};
