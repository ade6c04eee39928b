-- public.invite_member: asks somebody by address to join the current organisation. The token is told here and never again: what is kept is
-- its digest. An open invitation of the same address is replaced. What it opens is decided when it is accepted.
create or replace function public.invite_member(
  email text,
  role text,
  capabilities text[] default '{}',
  valid_hours integer default 168,
  out invitation_id uuid,
  out token text,
  out expires_at timestamptz
)
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{clinic_admin}', '{}');
  v_email constant text := authz.normal_address(email);
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'inviting is not yours'
      using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
  end if;
  if coalesce(invite_member.role not in ('clinic_admin', 'doctor', 'nurse', 'assistant', 'receptionist'), true) then
    raise exception 'a member has another role'
      using errcode = 'CD043', hint = 'Give doctor, nurse, assistant or receptionist.';
  end if;
  if authz.role_rank(invite_member.role) >= authz.own_rank() then
    raise exception 'the role is not yours to give'
      using errcode = 'insufficient_privilege', hint = 'Give a role below your own.';
  end if;
  if invite_member.capabilities is null
    or not invite_member.capabilities <@ '{finance,transport,break_glass,privacy_officer,insights_admin,auditor}'
    or cardinality(invite_member.capabilities) > 6
    or array_ndims(invite_member.capabilities) > 1
  then
    raise exception 'a member has other capabilities'
      using errcode = 'CD043', hint = 'Give of finance, transport, break_glass, privacy_officer, insights_admin and auditor.';
  end if;
  if coalesce(v_email !~ '^[^@[:space:][:cntrl:]]{1,64}@[^@[:space:][:cntrl:]]{1,189}$', true) then
    raise exception 'an invitation goes to one address'
      using errcode = 'CD043', hint = 'Give name@domain, of at most 254 characters.';
  end if;
  if valid_hours is null or valid_hours not between 1 and 720 then
    raise exception 'an invitation is open from 1 to 720 hours'
      using errcode = 'CD043', hint = 'Give valid_hours between 1 and 720.';
  end if;

  update public.invitations as i
     set archived_at = now()
   where i.organisation_id = v_organisation_id
     and i.email = v_email
     and i.accepted_at is null
     and i.archived_at is null;
  invitation_id := authz.uuid_v7();
  -- 244 random bits, behind the place where the digest is found.
  token := v_organisation_id || '.' || invitation_id || '.' || replace(gen_random_uuid() || '' || gen_random_uuid(), '-', '');
  -- The unique index lets one of two at once through; the other waits for it and is refused.
  insert into public.invitations as i (organisation_id, id, email, role, capabilities, sha256, expires_at)
  values (
    v_organisation_id, invitation_id, v_email, invite_member.role, invite_member.capabilities, authz.digest(token),
    authz.now() + make_interval(hours => valid_hours)
  )
  on conflict do nothing
  returning i.expires_at into invite_member.expires_at;
  if not found then
    raise exception 'somebody is inviting the same address'
      using errcode = 'CD043', hint = 'Invite it again, if theirs is not what you want.';
  end if;
end
$$;
comment on function public.invite_member(text, text, text[], integer) is
  'Invites an address to the current organisation; returns the invitation''s id, its token (told once) and its end. clinic_admin only, below their own rank (42501); CD043 for what no invitation can say. [N-05, S-12]';
alter function public.invite_member(text, text, text[], integer) owner to cordon_definer;
revoke all on function public.invite_member(text, text, text[], integer) from public;
grant execute on function public.invite_member(text, text, text[], integer) to authenticated;
