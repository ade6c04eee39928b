-- authz.tg__stamped: whether the user whom tg__stamp wrote on the rows of this statement is the verified caller. One who changed the claims
-- in mid-statement, or whose session has ended, has signed as somebody else: nothing of the statement remains.
create or replace function authz.tg__stamped()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Whom to compare with is asked where there is a row to compare, and once.
  if exists (select from changed as c where c.updated_by_user_id is distinct from (select authz.user_id())) then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  return null;
end
$$;
comment on function authz.tg__stamped() is
  'Refuses with 42501 a statement whose rows are stamped with anybody but the verified caller. [N-16, S-16]';
alter function authz.tg__stamped() owner to cordon_definer;
revoke all on function authz.tg__stamped() from public;
