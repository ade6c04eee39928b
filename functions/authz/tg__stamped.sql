-- authz.tg__stamped: whether the user whom tg__stamp wrote on the rows of this statement is the verified caller. One who changed the claims
-- in mid-statement, or whose session has ended, has signed as somebody else: nothing of the statement remains. Nor does anything of one that waited for a
-- lock, of their own other connection's maybe, until they were put out: policies and functions asked who they are when it began. This asks again, at its
-- end, in the newest snapshot: whether they are in anywhere, and whether a row is of where they were in when it began, and are no more: whoever is in at
-- two clinics, or is the guardian of two patients, chooses the other meanwhile. STABLE, which says what it sees: the snapshot of the statement. What is
-- about a login itself, such as agreeing to a membership, is theirs who is no member.
create or replace function authz.tg__stamped()
  returns trigger
  language plpgsql
  stable
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
begin
  -- Whom to compare with is asked where there is a row to compare, and once.
  if not exists (select from changed) then
    return null;
  end if;
  -- Where they stood is dear to ask, twice, and of nobody but who was overtaken.
  v_caller := authz.caller_by_now(
    case when authz.has_moved_on(pg_current_snapshot()) then authz.places_of(authz.subject()) else '{}' end
  );
  if exists (select from changed as c where c.updated_by_user_id is distinct from v_caller.user_id) then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  if (not v_caller.is_in or v_caller.lost <> '{}') and exists (
    select
    from changed as c
    cross join to_jsonb(c) as r
    where v_caller.user_id::text is distinct from coalesce(r ->> 'accepted_by_user_id', r ->> 'user_id')
      and (
        not v_caller.is_in
        or r ->> 'organisation_id' = any (v_caller.lost)
        or (r ->> 'organisation_id') || '/' || (r ->> 'patient_id') = any (v_caller.lost)
      )
  ) then
    raise exception 'no longer yours to write'
      using errcode = 'insufficient_privilege', hint = 'The membership, office or portal account ended while the statement ran.';
  end if;
  return null;
end
$$;
comment on function authz.tg__stamped() is
  'Refuses with 42501 a statement whose rows are stamped with anybody but the verified caller, or whose caller was put out, anywhere or where a row is, while it ran. [N-16, S-16]';
alter function authz.tg__stamped() owner to cordon_definer;
revoke all on function authz.tg__stamped() from public;
