-- migrate:up
-- Why: Whether operations appointed somebody says their own list, and not that nobody of that id is among the members
-- Access: +1 grant, 1 definer function
--   ~ public.accept_membership is written, and runs with the rights of its owner
--   + cordon_definer may select (updated_at) on public.organisation_members
--   widens: our definer functions can now read public.organisation_members (updated_at) too
--   widens: public.accept_membership(uuid), callable by clinic staff, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- public.accept_membership: how an invited person becomes a member. Somebody else's organisation, one without an
-- invitation and one that does not exist get the same answer. Only while whoever wrote it last could still invite, as with accept_invitation: a
-- clinic_admin who is put out would otherwise leave a door behind them, through which a friend comes in whenever they like. And only while the
-- organisation is open: one that is closed has no live member, so that whoever closes it for a moment would make out that nobody is there.
create or replace function public.accept_membership(organisation_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- The clinic before the membership: who closes it waits, or is seen; and of two whom operations appointed, one comes in.
  perform
  from public.organisation_settings as s
  where s.organisation_id = accept_membership.organisation_id
    and exists (
      select
      from public.organisation_members as m
      where m.organisation_id = s.organisation_id
        and m.user_id = authz.user_id()
        and m.accepted_at is null
    )
  for no key update;
  -- Held first, and then asked: a statement that waits for a row that was only locked does not ask anew whether the inviter is in, who may have
  -- locked it until they were put out.
  perform
  from public.organisation_members as m
  where m.organisation_id = accept_membership.organisation_id
    and m.user_id = authz.user_id()
  for no key update;
  update public.organisation_members as m
     set accepted_at = clock_timestamp()
   where m.organisation_id = accept_membership.organisation_id
     and m.user_id = authz.user_id()
     and m.is_active
     and m.archived_at is null
     and (m.valid_until is null or m.valid_until > clock_timestamp())
     and m.accepted_at is null
     and exists (
       select
       from public.organisations as o
       where o.id = m.organisation_id
         and o.archived_at is null
     )
     and (
       m.updated_by_user_id is null -- the server's
       -- Operations create an organisation with its first member, and name a clinic_admin where none is left: while none is there, and none was since.
       -- What they wrote before one was is no door that stays open. Whether they are operations says their own list: whoever they invited, or a
       -- clinic_admin who wrote them among the members, would change what the members' list says.
       or (
         exists (
           select
           from public.ops_members as o
           where o.user_id = m.updated_by_user_id
         )
         and not exists (
           select
           from public.organisation_members as i
           where i.organisation_id = m.organisation_id
             and i.role = 'clinic_admin'
             -- Nor the word of who gave that rank here themselves.
             and (i.accepted_at > m.updated_at or (i.user_id = m.updated_by_user_id and i.accepted_at is not null))
         )
         and not exists (
           select
           from authz.live_memberships as i
           where i.organisation_id = m.organisation_id
             and i.role = 'clinic_admin'
         )
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

comment on policy definer_select on public.organisation_members is
  'definer functions may read every row (authz.live_memberships and authz.colleague_ids: the live lookup behind every provider policy; public.accept_membership: who invited, and when; authz.simulate: whose events they are; authz.simulate: explains a decision by what it depends on). [N-08, N-16, N-22]';

comment on policy definer_update on public.organisation_members is
  'definer functions may change every row (public.accept_membership, public.accept_invitation: nobody is made a member without agreeing; public.appoint_clinic_admin: who is named anew). [N-22]';

grant select (updated_at) on public.organisation_members to cordon_definer;

-- migrate:down
