-- authz.tg_organisation_members__accept: nobody is made a member without agreeing. A clinic_admin of one clinic could
-- otherwise enrol another clinic's staff, who would then belong to two and, choosing none, see nothing; and read their
-- names. What the system imports counts as agreed. An agreement ends with the membership: whoever is made a member again is asked again.
create or replace function authz.tg_organisation_members__accept()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_system constant boolean := authz.subject() is null and authz.is_system();
  v_user_id constant uuid := authz.user_id();
begin
  -- Whose agreement it is, is asked of the row, and not only once a statement. A deployment may take tokens without a session: to read by, and not to
  -- give roles.
  if authz.own_session_id() is null and not v_is_system then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege',
        hint = 'Who belongs is said in a session, signed in oneself: keep its claims for the whole statement.';
  end if;
  if tg_op = 'INSERT' then
    new.accepted_at := case when v_is_system then clock_timestamp() end;
  elsif old.accepted_at is not null then
    new.accepted_at := case
      when v_is_system
        or v_user_id = new.user_id
        or (old.is_active and coalesce(old.valid_until, 'infinity') > authz.now())
        or not (new.is_active and coalesce(new.valid_until, 'infinity') > authz.now())
      then old.accepted_at
    end;
  elsif new.accepted_at is not null then
    new.accepted_at := case when v_is_system or v_user_id = new.user_id then clock_timestamp() end;
  end if;
  return new;
end
$$;
comment on function authz.tg_organisation_members__accept() is
  'Stamps accepted_at for the member alone, or for the system; a value sent by anyone else is ignored, and a membership resumed waits for its member. 42501 for who is not there in a session of their own. [N-12, N-22]';
alter function authz.tg_organisation_members__accept() owner to cordon_definer;
revoke all on function authz.tg_organisation_members__accept() from public;
