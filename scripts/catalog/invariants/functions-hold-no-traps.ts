import type { Invariant } from './invariant.ts';
import { API_ROLES, FUNCTIONS, TEXT_OF_FUNCTION } from './scope.ts';

export const functionsHoldNoTraps: Invariant = {
  name: 'functions-hold-no-traps',
  claim:
    'no function swallows every error, sets a setting beyond its transaction, believes user_metadata or the legacy claims, runs dynamic SQL with the rights of its caller, or reads another text where standard_conforming_strings is off',
  why: 'Each of them has opened a database before: when others fails open, a session setting outlives its request, dynamic SQL becomes SET ROLE, and a backslash in a plain literal is another one for every later caller of a pooled connection, once somebody has switched the setting and called first.',
  requirements: ['N-11'],
  // Of Storage's objects it is a column, which a trigger compares and believes nothing of.
  query: `
    with ${FUNCTIONS}
    select f.object,
           case
             when t.text ~* 'when\\s+others' then 'swallows every error'
             when t.text ~* 'set_config\\s*\\([^;]*,\\s*false\\s*\\)' then 'sets a setting beyond its transaction'
             when regexp_replace(t.text, '\\m(new|old)\\.user_metadata\\M', '', 'g') ~* 'user_metadata|raw_user_meta_data' then 'believes user_metadata'
             when t.text ~* 'request\\.jwt\\.claim\\.' then 'believes the legacy claim settings'
             when t.text ~* '\\mauth\\.(uid|jwt|role|email)\\s*\\(' then 'asks auth for identity, which believes the legacy claims'
             when regexp_replace(t.text, 'E''([^'']|'''')*''(\\s*\\n\\s*''([^'']|'''')*'')*', '', 'g') ~ '\\\\' then 'has a backslash in a plain literal'
             when not f.prosecdef and t.text ~* '\\mexecute\\M' and exists (
               select from pg_roles as r where r.rolname in ${API_ROLES} and has_function_privilege(r.oid, f.oid, 'execute')
             ) then 'runs dynamic SQL with the rights of its caller'
           end as problem
    from functions as f
    cross join lateral (select ${TEXT_OF_FUNCTION} as text) as t`,
};
