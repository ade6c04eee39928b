-- authz.tg__whose: what lets one person in, or keeps one out, never becomes another's. Agreed to by one, confirmed and told of as theirs, it would let
-- in a second whom nobody asked, and of whom no record tells: by the server's key, or the owner's hand. A case shows operations its patient, which is
-- written down as a disclosure of that one. Its triggers say in WHEN what changed.
create or replace function authz.tg__whose()
  returns trigger
  language plpgsql
  set search_path = pg_catalog, pg_temp
as $$
begin
  raise exception 'whose this row is cannot change'
    using errcode = 'CD014', hint = 'End or archive it, and write another: whoever it is of agrees to it, and its beginning is on record.';
end
$$;
comment on function authz.tg__whose() is
  'Refuses with CD014 that what gives or denies one person access, or shows one, becomes another''s. [N-15, N-21, N-37, S-29]';
revoke all on function authz.tg__whose() from public;
