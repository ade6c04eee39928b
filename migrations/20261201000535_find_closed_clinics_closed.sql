-- migrate:up
-- Why: a clinic that operations closed for a moment has no live clinic_admin, so that whom they had appointed came in beside the one that it has
-- Side: operations
-- Access: 2 definer functions
--   ~ public.accept_membership is written, and runs with the rights of its owner
--   ~ public.appoint_clinic_admin is written, and runs with the rights of its owner
--   widens: public.accept_membership(uuid), callable by clinic staff, has another text
--   widens: public.appoint_clinic_admin(uuid, uuid), callable by operations, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

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
       -- Operations, who are members of none, create an organisation with its first member, and name a clinic_admin where none is left: while none is
       -- there. What they wrote before one was is no door that stays open.
       or (
         not exists (
           select
           from public.organisation_members as i
           where i.organisation_id = m.organisation_id
             and i.user_id = m.updated_by_user_id
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
comment on function public.accept_membership(uuid) is
  'Accepts the caller''s pending membership of an organisation; returns its id. 42501 without one, where whoever wrote it could no longer, and while the organisation is closed. [N-16, N-22]';

-- public.appoint_clinic_admin: a clinic whose last clinic_admin has gone is repaired by operations: nobody there may give that rank. Only there, and never
-- to one of themselves: an admin of operations would make anybody staff of any clinic, else. Whom they name is no member yet, and agrees first
-- (accept_membership): functions of ours change nobody's role, so that the one who is a member already takes the server. The trigger of memberships tells of it.
create or replace function public.appoint_clinic_admin(organisation_id uuid, user_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership_id uuid;
begin
  if not authz.is_operator('{admin}') then
    raise exception 'only an admin of operations appoints a clinic_admin'
      using errcode = 'insufficient_privilege', hint = 'Ask operations; a clinic_admin invites everybody below their own rank.';
  end if;
  if exists (
    select
    from public.ops_members as m
    where m.user_id = appoint_clinic_admin.user_id
      and m.is_active
      and m.archived_at is null
  ) then
    raise exception 'operations are no staff of a clinic'
      using errcode = 'insufficient_privilege', hint = 'Name a login that is not of operations.';
  end if;
  -- Who closes the clinic waits for this, or is seen: closed, it has no live clinic_admin, and opened again it has the one that it had.
  perform from public.organisation_settings as s where s.organisation_id = appoint_clinic_admin.organisation_id for share;
  if not exists (
    select
    from public.organisations as o
    where o.id = appoint_clinic_admin.organisation_id
      and o.archived_at is null
  ) or not exists (
    select
    from public.profiles as p
    where p.user_id = appoint_clinic_admin.user_id
      and p.archived_at is null
  ) then
    raise exception 'organisation or login not found'
      using errcode = 'CD010', hint = 'Name an organisation that is open, and a login that has a profile.';
  end if;
  if exists (
    select
    from authz.live_memberships as m
    where m.organisation_id = appoint_clinic_admin.organisation_id
      and m.role = 'clinic_admin'
  ) then
    raise exception 'the organisation has a clinic_admin'
      using errcode = 'CD013', hint = 'It takes no operations as long as one is there; a second one is written by the server.';
  end if;
  insert into public.organisation_members as m (organisation_id, user_id, role)
  values (appoint_clinic_admin.organisation_id, appoint_clinic_admin.user_id, 'clinic_admin')
  on conflict do nothing
  returning m.id into v_membership_id;
  if v_membership_id is null then
    raise exception 'the login has a membership of the organisation, or had one'
      using errcode = 'CD013', hint = 'Name another login; the role of this one is changed by the server alone.';
  end if;
  return v_membership_id;
end
$$;

-- migrate:down
