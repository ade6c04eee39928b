import { asWord } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const writeCheckWeaker: ScanRule = {
  name: 'write-check-weaker',
  level: 'high',
  claim: 'no policy lets a row be written that it would not let be read: WITH CHECK holds what USING holds',
  why: 'USING picks the rows that may be changed, WITH CHECK what they may become. An UPDATE without WHERE asks nothing else: the row moves to another tenant or owner.',
  remedy:
    'repeat the condition of USING in WITH CHECK, or leave WITH CHECK away: PostgreSQL then asks USING for both',
  query: ({ callers, tables, policies, callerPolicies, tenantColumn }) => `
    with ${callers}, ${tables}, ${policies}, ${callerPolicies},
    keyed as (
      select o.*, a.attnum, ${asWord(tenantColumn)} as tenant_word
      from caller_policies as o
      left join pg_attribute as a on a.attrelid = o.polrelid and a.attname = ${tenantColumn} and not a.attisdropped
    )
    select o.object,
           case
             -- Another policy that binds the same write to the tenant holds.
             when exists (
               select from caller_policies as f
               where f.polrelid = o.polrelid and not f.polpermissive and f.polcmd in ('w', '*')
                 and coalesce(f.check_text, f.using_text) not in ('true')
                 and (o.attnum is null or coalesce(f.check_text, f.using_text) ~ o.tenant_word)
             ) then null
             when o.check_text = 'true' and o.using_text <> 'true' then 'WITH CHECK is true, and USING is not'
             when o.attnum is not null and o.using_text ~ o.tenant_word and o.check_text !~ o.tenant_word and exists (
               select from callers as r where has_column_privilege(r.oid, o.polrelid, o.attnum, 'update')
             ) then 'WITH CHECK does not ask for ' || ${tenantColumn} || ', and USING does'
           end as problem
    from keyed as o
    where o.polpermissive
      and o.polcmd in ('w', '*')
      and o.check_text is not null`,
};
