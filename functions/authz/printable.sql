-- authz.printable: what a client says, as it is kept: one line, without what a terminal or a page would act on, and bounded.
create or replace function authz.printable(value text, length integer)
  returns text
  language plpgsql
  immutable
  strict
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  if value ~ '[[:cntrl:]]' then
    return nullif(left(regexp_replace(left(value, length), '[[:cntrl:]]', ' ', 'g'), length), '');
  end if;
  return nullif(left(value, length), '');
end
$$;
comment on function authz.printable(text, integer) is
  'The text without control characters, at most so many characters; NULL for an empty one. [N-35]';
revoke all on function authz.printable(text, integer) from public;
grant execute on function authz.printable(text, integer) to cordon_definer;
