import { whoCalls } from '../fragments.ts';
import type { ScanRule } from '../rule.ts';

/** What is no statement that is written out: a text that is put together, a variable, what another function than format gives, and format of no text. */
const PARTS: readonly string[] = [
  String.raw`[^;]*(\|\||%(\d+\$)?s)`,
  String.raw`\(*\s*''([^'']|'''')*''\s*\|\|`,
  String.raw`\(*\s*(("[^"]*")+|(?!format\M|''|\$)[a-z_]\w*)\s*\)*\s*(;|\minto\M|\musing\M|\mloop\M)`,
  String.raw`\(*\s*(?!(pg_catalog\s*\.\s*)?format\M|select\M)[a-z_][\w.]*\s*\(\s*(?!\s|\))`,
  String.raw`\(*\s*(pg_catalog\s*\.\s*)?format\s*\(\s*(?!\s|e?''|\$)`,
];

/** EXECUTE of anything but a constant, or format with %I and %L. */
const COMPOSED = String.raw`\mexecute\M\s*(?!\s|(function|procedure|on)\M)(${PARTS.join('|')})`;

export const dynamicSqlComposed: ScanRule = {
  name: 'dynamic-sql-composed',
  level: 'high',
  claim: 'no function in reach puts statements together from its arguments',
  why: 'One injection is enough. As the caller, the session belongs to the login of the API, which may become the role of the server; as the definer, the statement is already past every policy.',
  remedy: 'write the statement out, or format() it with %I and %L and pass values by USING',
  query: ({ callers, functions }) => `
    with ${callers}, ${functions}
    select f.object,
           case
             when f.body ~* '${COMPOSED}'
               then 'runs a statement put together from its arguments, with the rights of '
                 || case when f.prosecdef then quote_ident(pg_get_userbyid(f.proowner)) else 'its caller' end || ', for ' || ${whoCalls('f')}
           end as problem
    from functions as f
    where f.lanname = 'plpgsql'
      and f.pronargs > 0`,
};
