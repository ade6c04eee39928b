-- public.accept_invitation: makes a member of whoever holds the token and has confirmed the address that it was sent to. Once, in time, and
-- only while the inviter could still invite: who left, or was put below, brings nobody in, nor while this waits for what they have locked. Whatever
-- is wrong, the answer is the same.
create or replace function public.accept_invitation(token text, display_name text default null)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_email constant text := authz.normal_address(authz.confirmed_address(v_caller.user_id));
  v_name constant text := authz.trimmed(display_name);
  v_parts constant text[] := string_to_array(token, '.');
  v_organisation_id uuid;
  v_role text;
  v_capabilities text[];
  v_inviter_id uuid;
  v_rank smallint;
  v_is_new boolean;
  v_is_invited boolean := false;
begin
  if authz.own_session_id() is null then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Sign in with the password; a link from a mail is not enough.';
  end if;
  if length(v_name) > 200 then
    raise exception 'the name is too long'
      using errcode = 'CD043', hint = 'Give at most 200 characters.';
  end if;
  -- Colleagues and patients read it in lists, beside other names.
  if authz.has_hidden_signs(v_name) then
    raise exception 'the name has signs that nobody sees'
      using errcode = 'CD043', hint = 'Give a name of one line, without signs that nobody sees.';
  end if;

  -- Two at once: the second waits for the first, and finds it accepted.
  begin
    update public.invitations as i
       set accepted_at = clock_timestamp(),
           accepted_by_user_id = v_caller.user_id
     where i.organisation_id = v_parts[1]::uuid
       and i.id = v_parts[2]::uuid
       and i.sha256 = authz.digest(token)
       and i.email = v_email
       and i.accepted_at is null
       and i.archived_at is null
       and i.expires_at > authz.now()
    returning i.organisation_id, i.role, i.capabilities, i.created_by_user_id, i.rank
      into v_organisation_id, v_role, v_capabilities, v_inviter_id, v_rank;
  exception
    when invalid_text_representation then -- a token that holds no ids
      null;
  end;
  if v_organisation_id is not null then
    insert into public.organisation_members (organisation_id, user_id, role, capabilities)
    values (v_organisation_id, v_caller.user_id, v_role, v_capabilities)
    on conflict do nothing;
    v_is_new := found;
    -- Asked behind all that may wait, in a snapshot of its own: a row that was only locked meanwhile is not looked at anew, and the inviter may have
    -- locked it until they were put out.
    v_is_invited := exists (
      select
      from authz.live_memberships as m
      where m.organisation_id = v_organisation_id
        and m.user_id = v_inviter_id
        and m.role = 'clinic_admin'
        and m.rank > v_rank
    );
  end if;
  if not v_is_invited then
    raise exception 'invitation not found'
      using errcode = 'insufficient_privilege',
        hint = 'It may be over, used, taken back, or addressed to another login: sign in as whom it was sent to, or ask for a new one.';
  end if;
  if not v_is_new then
    raise exception 'this login has a membership already'
      using errcode = 'CD043', hint = 'A clinic_admin resumes it (is_active, valid_until) and changes its role; one that was archived, the server alone brings back.';
  end if;
  update public.organisation_members as m
     set accepted_at = clock_timestamp()
   where m.organisation_id = v_organisation_id
     and m.user_id = v_caller.user_id;

  if v_name <> '' then
    update public.profiles as p
       set display_name = v_name
     where p.user_id = v_caller.user_id
       and p.display_name = 'Unnamed';
  end if;
  return v_organisation_id;
end
$$;
comment on function public.accept_invitation(text, text) is
  'Accepts an invitation for the caller''s confirmed address, once, and names a login that has no name yet; returns the organisation''s id. 42501 where there is none to accept, CD016 for a number in the name, CD043 for who is a member already, and for a name too long or with signs that nobody sees. [N-05, N-22, S-12, S-37]';
alter function public.accept_invitation(text, text) owner to cordon_definer;
revoke all on function public.accept_invitation(text, text) from public;
grant execute on function public.accept_invitation(text, text) to authenticated;
