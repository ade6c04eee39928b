import { OWN_SCHEMAS } from '../../catalog/extension-members.ts';
import { FOREIGN_OWNED } from '../../catalog/invariants/definer-functions.ts';
import { quoteLiteral } from '../../postgres/quote.ts';
import type { DoctorCheck } from '../check.ts';

/** Belongs to cordon_insights, which policies bind; the rest of what cordon_definer does not own is listed with the migrating role for a reason. */
const BOUND = 'public.smart_insights_payload';
const LISTED = Object.keys(FOREIGN_OWNED).filter((name) => name !== BOUND);

export const definersBound: DoctorCheck = {
  name: 'definers-bound',
  claim:
    "no function that runs with its owner's rights belongs to a role that bypasses row-level security, but those that are listed with their reason",
  why: 'A restore that goes on past a failed ALTER FUNCTION … OWNER TO leaves them with whoever restored: on hosted Supabase postgres, whom no policy asks, so that each is a way past all of them.',
  remedy:
    'alter function … owner to cordon_definer (smart_insights_payload: cordon_insights); of many, the restore was not whole: make the database anew (docs/recovery.md); drop what is not ours, such as public.rls_auto_enable() with its event trigger ensure_rls',
  requirements: ['S-04', 'N-09'],
  query: `
    with definers as (
      select p.oid, n.nspname || '.' || p.proname as name, r.rolname, r.rolsuper or r.rolbypassrls as bypasses
      from pg_proc as p
      join pg_namespace as n on n.oid = p.pronamespace
      join pg_roles as r on r.oid = p.proowner
      where p.prosecdef and n.nspname in (${OWN_SCHEMAS.map(quoteLiteral).join(', ')})
    ), loose as (
      select * from definers where bypasses and not name in (${LISTED.map(quoteLiteral).join(', ')})
    )
    select 'function ' || oid::regprocedure as object, 'belongs to ' || quote_ident(rolname) as found, 'an owner whom policies bind' as expected,
           'fault' as state
    from loose
    union all
    select 'functions that run with their owner''s rights', count(*) || ' of them', 'owners whom policies bind',
           case when count(*) = 0 then 'unseen' else 'ok' end
    from definers
    where not exists (select from loose)`,
};
