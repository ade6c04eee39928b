import { asPattern } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

const TODAY = String.raw`\mcurrent_date\M|\mlocaltimestamp\M|\mlocaltime\M|\mcurrent_time\M|('now'(::text)?)\)*::date|(now\(\)|current_timestamp)\)*\s*::\s*(date|time|timestamp without|timestamp(?!tz| with time))\M|(date_part|date_trunc)\s*\(\s*'\w+'(::text)?\s*,\s*(now\(\)|current_timestamp)\s*\)|extract\s*\(\s*(?!epoch\M)\w+\s+from\s+(now\(\)|current_timestamp)\s*\)`;
const QUOTED = TODAY.replaceAll("'", "''");

export const clientTimeZone: ScanRule = {
  name: 'client-time-zone',
  level: 'medium',
  claim:
    "no policy, and no function that policies call, asks what day or hour it is in the caller's time zone",
  why: 'The caller sets the time zone of the session, over HTTP with "Prefer: timezone=": what ended yesterday is valid again twelve hours to the west.',
  remedy:
    "compare timestamptz with now(), or name the zone: (now() at time zone 'UTC')::date; a function may also set timezone",
  query: ({ callers, tables, policies, callerPolicies, functions, calls, policyFunctions }) => String.raw`
    with ${callers}, ${tables}, ${policies}, ${callerPolicies}, ${functions}, ${calls}, ${policyFunctions}
    select o.object,
           case
             when o.condition ~* '${QUOTED}' then 'asks for the date or time of the session'
             when exists (
               select from pg_attribute as a
               where a.attrelid = o.polrelid and a.attnum > 0 and a.atttypid = 'timestamptz'::regtype
                 and a.attname ~ '^[a-z_][a-z0-9_]*$'
                 and o.condition ~ ('\m' || ${asPattern('a.attname')} || '\)?::(date|time|timestamp without)\M')
             ) then 'cuts a moment to a date of the session'
           end as problem
    from caller_policies as o
    union all
    select object, case when body ~* '${QUOTED}' then 'asks for the date or time of the session' end
    from policy_functions
    where not exists (select from unnest(proconfig) as setting where setting ~* '^timezone=')`,
};
