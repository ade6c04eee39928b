-- public.appoint_clinic_admin: a clinic whose last clinic_admin has gone is repaired by operations: nobody there may give that rank. Only there, and never
-- to one of themselves: an admin of operations would make anybody staff of any clinic, else. Whom they name is no member yet, and agrees first
-- (accept_membership): functions of ours change nobody's role, so that the one who is a member already takes the server. The trigger of memberships tells of it.
-- Whom they named before, and who never came, they name anew: what they wrote then is no word of theirs any more once another came.
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
  perform authz.refuse_operator(appoint_clinic_admin.user_id);
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
    update public.organisation_members as m
       set accepted_at = null -- as it is: the stamp says who writes it, and when
     where m.organisation_id = appoint_clinic_admin.organisation_id
       and m.user_id = appoint_clinic_admin.user_id
       and m.role = 'clinic_admin'
       and m.accepted_at is null
       and m.is_active
       and m.archived_at is null
       and exists (select from public.ops_members as o where o.user_id = m.updated_by_user_id)
    returning m.id into v_membership_id;
    if found then
      perform authz.record_security_event(
        appoint_clinic_admin.organisation_id, 'membership.granted', v_membership_id,
        jsonb_build_object('user_id', appoint_clinic_admin.user_id, 'role', 'clinic_admin', 'capabilities', '{}'::text[])
      );
    end if;
  end if;
  if v_membership_id is null then
    raise exception 'the login has a membership of the organisation, or had one'
      using errcode = 'CD013', hint = 'Name another login; the role of this one is changed by the server alone.';
  end if;
  return v_membership_id;
end
$$;
comment on function public.appoint_clinic_admin(uuid, uuid) is
  'Makes a login clinic_admin of an organisation that has none, once they accept; returns the membership''s id. 42501 for who is no admin of operations, and for a login of operations; CD010 for no such organisation or login, CD013 where there is a clinic_admin, or the login is a member, or was one; whom operations named before, and who never came, is named anew. [N-05, N-22, N-37]';
alter function public.appoint_clinic_admin(uuid, uuid) owner to cordon_definer;
revoke all on function public.appoint_clinic_admin(uuid, uuid) from public;
grant execute on function public.appoint_clinic_admin(uuid, uuid) to internal_ops;
