-- authz.printable: what a client says, as it is kept: one line, without what a terminal or a page would act on, bounded, and nothing of what is
-- never stored: records are sealed, and a header is no place that could be refused without failing the read that it came with.
create or replace function authz.printable(value text, length integer)
  returns text
  language plpgsql
  stable
  strict
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_kept text := left(value, length);
begin
  -- What turns the direction of what stands beside it, or ends a line, too: an auditor would read another reason than was given.
  if v_kept ~ E'[[:cntrl:]\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]' then
    v_kept := regexp_replace(v_kept, E'[[:cntrl:]\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]', ' ', 'g');
  end if;
  -- The agents of browsers, which stand on every record, have nothing that could be one: asking costs as much as the record does.
  if (octet_length(v_kept) <> length(v_kept) or v_kept ~ E'[=%&<\\\\]|://|/v1|([0-9][^A-Za-z]{0,6}){9}')
    and authz.secret_in(v_kept) is not null
  then
    return left('[withheld]', length);
  end if;
  return nullif(v_kept, '');
end
$$;
comment on function authz.printable(text, integer) is
  'The text without control characters and what turns its direction, at most so many characters; NULL for an empty one, [withheld] for one with a card number, a national id or a signed link. [N-35, S-10, S-37, S-38]';
revoke all on function authz.printable(text, integer) from public;
grant execute on function authz.printable(text, integer) to cordon_definer;
