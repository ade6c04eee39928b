-- authz.tg__in_person: what opens something is written by somebody who sits there, and by no client of a third party that they let in, nor by a token
-- that nobody can end: as with the function that writes the same, which asks for itself. Its trigger says in WHEN that none of ours writes.
create or replace function authz.tg__in_person()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not authz.is_system() and authz.own_session_id() is null then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege',
        hint = 'This is said in a session, signed in oneself: keep its claims for the whole statement.';
  end if;
  return new;
end
$$;
comment on function authz.tg__in_person() is
  'Refuses with 42501 what is written through the client of a third party, or by a token without a session. [N-12, N-21, S-13]';
alter function authz.tg__in_person() owner to cordon_definer;
revoke all on function authz.tg__in_person() from public;
