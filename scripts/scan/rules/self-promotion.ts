import { asWord, guardedByTrigger, isBound, whoWrites } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

export const selfPromotion: ScanRule = {
  name: 'self-promotion',
  level: 'high',
  claim: 'nobody may write the column that says what they may do, by a policy that only asks whose row it is',
  why: 'A policy decides about rows, not columns: who may change their own profile may make themselves admin in it.',
  remedy:
    'revoke update on the table and grant it on the other columns; change roles in a function that asks who may grant them',
  query: ({ callers, tables, policies, callerPolicies }) => String.raw`
    with ${callers}, ${tables}, ${policies}, ${callerPolicies}
    select o.object || ' column ' || quote_ident(a.attname) as object,
           case
             when o.condition !~ ${asWord('a.attname')}
               and not exists (
                 select from caller_policies as f
                 where f.polrelid = o.polrelid and not f.polpermissive and f.polcmd in ('w', '*') and f.condition ~ ${asWord('a.attname')}
               )
               and not ${guardedByTrigger('o.polrelid', 'a.attname', 16)}
               then 'may be set on their own row by ' || ${whoWrites('o.polrelid', 'a.attnum', 'update', isBound('o'))}
           end as problem
    from caller_policies as o
    join pg_attribute as a on a.attrelid = o.polrelid and a.attnum > 0 and not a.attisdropped
    where o.polpermissive
      and o.polcmd in ('w', '*')
      and coalesce(o.using_text, '') ~ '\mauth\.uid\(\)'
      and a.attname ~ '^((user|account|member|org|team|app|system|platform|site|global)_)?(role|roles|role_id|permissions|access_level|privileges)$|^is_(super_?)?(admin|superuser|staff|owner|moderator|verified)$|^(subscription_)?(plan|tier)$|^subscription_status$'`,
};
