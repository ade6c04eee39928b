-- migrate:up
-- Why: Nobody comes in by a clinic_admin who was put out, and a statement that waited until its writer was put out writes nothing (N-16, N-22).
-- Access: +1 grant, 2 definer functions
--   ~ authz.tg__stamped is written, and runs with the rights of its owner
--   ~ public.accept_membership is written, and runs with the rights of its owner
--   + cordon_definer may select (updated_by_user_id) on public.organisation_members
--   widens: authz.tg__stamped(), which 108 triggers ask, has another text
--   widens: our definer functions can now read public.organisation_members (updated_by_user_id) too
--   widens: public.accept_membership(uuid), callable by clinic staff, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.tg__stamped: whether the user whom tg__stamp wrote on the rows of this statement is the verified caller. One who changed the claims
-- in mid-statement, or whose session has ended, has signed as somebody else: nothing of the statement remains. Nor does anything of one that waited for a
-- lock, of their own other connection's maybe, until they were put out: policies and functions asked who they are when it began. This asks again, at its
-- end, in the newest snapshot. What is about a login itself, such as agreeing to a membership, is theirs who is no member.
create or replace function authz.tg__stamped()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller record;
  v_is_in boolean;
begin
  -- Whom to compare with is asked where there is a row to compare, and once.
  if not exists (select from changed) then
    return null;
  end if;
  v_caller := authz.caller();
  if exists (select from changed as c where c.updated_by_user_id is distinct from v_caller.user_id) then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  v_is_in := case current_setting('role')
    when 'authenticated' then v_caller.member_of is not null
    when 'internal_ops' then authz.is_operator('{}')
    -- Whatever role was put on or off in mid-statement.
    else authz.is_system() or v_caller.member_of is not null or authz.patient_organisation_ids() <> '{}' or authz.is_operator('{}')
  end;
  if not v_is_in and exists (
    select
    from changed as c
    where v_caller.user_id::text is distinct from coalesce(to_jsonb(c) ->> 'accepted_by_user_id', to_jsonb(c) ->> 'user_id')
  ) then
    raise exception 'no longer yours to write'
      using errcode = 'insufficient_privilege', hint = 'The membership, office or portal account ended while the statement ran.';
  end if;
  return null;
end
$$;
comment on function authz.tg__stamped() is
  'Refuses with 42501 a statement whose rows are stamped with anybody but the verified caller, or whose caller was put out while it ran. [N-16, S-16]';

-- public.accept_membership: how an invited person becomes a member. Somebody else's organisation, one without an
-- invitation and one that does not exist get the same answer. Only while whoever wrote it last could still invite, as with accept_invitation: a
-- clinic_admin who is put out would otherwise leave a door behind them, through which a friend comes in whenever they like.
create or replace function public.accept_membership(organisation_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  update public.organisation_members as m
     set accepted_at = clock_timestamp()
   where m.organisation_id = accept_membership.organisation_id
     and m.user_id = authz.user_id()
     and m.is_active
     and m.archived_at is null
     and (m.valid_until is null or m.valid_until > clock_timestamp())
     and m.accepted_at is null
     and (
       m.updated_by_user_id is null -- the server's
       -- Operations create an organisation with its first member, and are members of none.
       or not exists (
         select
         from public.organisation_members as i
         where i.organisation_id = m.organisation_id
           and i.user_id = m.updated_by_user_id
       )
       or exists (
         select
         from authz.live_memberships as i
         where i.organisation_id = m.organisation_id
           and i.user_id = m.updated_by_user_id
           and i.role = 'clinic_admin'
           and i.rank > m.rank
       )
     );
  if not found then
    raise exception 'invitation not found'
      using errcode = 'insufficient_privilege', hint = 'Ask a clinic_admin of the organisation to invite this login.';
  end if;
  return accept_membership.organisation_id;
end
$$;
comment on function public.accept_membership(uuid) is
  'Accepts the caller''s pending membership of an organisation; returns its id. 42501 without one, and where whoever wrote it could no longer. [N-16, N-22]';

comment on policy definer_select on public.organisation_members is
  'definer functions may read every row (authz.live_memberships and authz.colleague_ids: the live lookup behind every provider policy; public.accept_membership: who invited; authz.simulate: explains a decision by what it depends on). [N-08, N-16, N-22]';

grant select (updated_by_user_id) on public.organisation_members to cordon_definer;

-- migrate:down
