-- authz.printable: what a client says, as it is kept: one line, without what a terminal or a page would act on, and bounded. In SQL, bound when it
-- is created: PostgreSQL puts it into the expression that asks it, where a call of its own took as long as all the rest.
create or replace function authz.printable(value text, length integer)
  returns text
  language sql
  immutable
  parallel safe
  return nullif(regexp_replace(left(value, length), '[[:cntrl:]]', ' ', 'g'), '');
comment on function authz.printable(text, integer) is
  'The text without control characters, at most so many characters; NULL for an empty one. [N-35]';
revoke all on function authz.printable(text, integer) from public;
grant execute on function authz.printable(text, integer) to cordon_definer;
