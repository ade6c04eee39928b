import type { Invariant } from './invariant.ts';
import { FUNCTIONS, TEXT_OF_FUNCTION } from './scope.ts';

/** Functions that put more than words of their own into what they raise, and what that is. Never what somebody wrote, and no column of a person. */
const SAYS: Readonly<Record<string, string>> = {
  'audit.close_table': 'the name of a table',
  'audit.key_expression': 'the name of a table',
  'audit.record_expression': 'the names of a table, a column and a type',
  'audit.seal_table': 'the name of a table',
  'authz.caller': 'which of its claims or headers is malformed, by name',
  'authz.emit_denial': 'on a standby, to the log: operation, table and the word for a condition',
  'authz.emit_refusal': 'on a standby, to the log: operation and table',
  'authz.refuse': 'the words that its callers give it; they are functions too',
  'authz.tg__append_only': 'the name of a table',
  'authz.tg__frozen_child': 'the name of a table, the state of an invoice',
  'public.declare_restricted_read': 'what kind of number a justification carries',
  'authz.tg__labels': 'the names of a table and a column',
  'authz.tg__lasting': 'the name of a table',
  'authz.tg__lists': 'the names of a table and a column',
  'authz.tg__moments': 'the names of a table and a column',
  'authz.tg__no_secrets': 'the names of a table and a column, and what kind of number it is',
  'authz.tg__no_truncate': 'the name of a table',
  'authz.tg__recorded': 'the name of a table',
  'authz.tg__tenant': 'the name of a table',
  'authz.tg__transition': 'the name of a table and states that its rules know',
  'authz.tg__words': 'the names of a table and a column',
  'authz.tg_consents__transition': 'states, which a check bounds',
  'authz.tg_transfers__course': 'states, which a check bounds',
  'governance.erase_rows': 'the name of a table',
  'public.dispatch_transfer': 'a state, which a check bounds',
  'public.sign_form': 'the kind of a template, which a check bounds',
};

const TEXT = `'(?:[^']|'')*'`;
const WORDS =
  'exception|log|notice|warning|info|debug|using|errcode|hint|detail|message|column|constraint|table|schema';

export const messagesSayNoValues: Invariant = {
  name: 'messages-say-no-values',
  claim:
    'no function raises a message, detail or hint with more than its own words in it, unless listed with what that is',
  why: 'A message goes to the client, into the log of the server and into that of every application between: a value of a row in it ties the log to a person.',
  requirements: ['S-39'],
  query: `
    with ${FUNCTIONS}
    select f.object,
           case
             when f.name = any ($1) then case when not r.says_more then 'is listed as saying more than its own words, and does not' end
             when r.says_more then 'raises more than its own words'
           end as problem
    from functions as f
    cross join lateral (
      select bool_or(
        regexp_replace(regexp_replace(m[1], $2, '', 'g'), $3, '', 'gi') <> ''
      ) as says_more
      from regexp_matches(${TEXT_OF_FUNCTION}, $4, 'gi') as m
    ) as r
    where r.says_more is not null
    union all
    select listed.name, 'is listed as saying more than its own words, and is not there'
    from unnest($1::text[]) as listed (name)
    where not exists (select from functions as f where f.name = listed.name)`,
  values: [
    Object.keys(SAYS),
    TEXT,
    String.raw`\m(${WORDS})\M|[\s,=]`,
    String.raw`\mraise\M((?:${TEXT}|[^';])*);`,
  ],
};
