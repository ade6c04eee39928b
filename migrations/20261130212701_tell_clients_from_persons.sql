-- migrate:up
-- Why: the client of a third party was taken for the person who let it in, a token without a session gave roles, and an inviter who was put out still brought a friend in
-- Access: 12 definer functions, 1 definer view
--   ~ authz.live_sessions is written, and shows what its owner may see
--   ~ authz.own_session_id is written, and runs with the rights of its owner
--   ~ authz.erasure_request is written, and runs with the rights of its owner
--   ~ authz.form_tenant is written, and runs with the rights of its owner
--   ~ authz.tg_organisation_members__accept is written, and runs with the rights of its owner
--   ~ authz.tg_patient_accounts__confirm is written, and runs with the rights of its owner
--   ~ public.accept_invitation is written, and runs with the rights of its owner
--   ~ public.accept_membership is written, and runs with the rights of its owner
--   ~ public.invite_member is written, and runs with the rights of its owner
--   ~ public.rely_on_legal_basis is written, and runs with the rights of its owner
--   ~ public.review_emergency_access is written, and runs with the rights of its owner
--   ~ public.terminate_form is written, and runs with the rights of its owner
--   ~ public.withdraw_consent is written, and runs with the rights of its owner
--   widens: authz.erasure_request(uuid), which 2 functions ask, has another text
--   widens: authz.form_tenant(uuid), which 2 functions ask, has another text
--   widens: authz.live_sessions, by which policies decide, has another query
--   widens: authz.tg_organisation_members__accept(), which 1 trigger asks, has another text
--   widens: authz.tg_patient_accounts__confirm(), which 1 trigger asks, has another text
--   widens: our definer functions can now read authz.live_sessions (oauth_client_id) too
--   widens: our definer functions can read through authz.live_sessions what its owner postgres may see, by another query
--   widens: public.accept_invitation(text, text), callable by clinic staff, has another text
--   widens: public.accept_membership(uuid), callable by clinic staff, has another text
--   widens: public.invite_member(text, text, text[], integer), callable by clinic staff, has another text
--   widens: public.rely_on_legal_basis(uuid, text, text, text), callable by clinic staff, has another text
--   widens: public.review_emergency_access(uuid, text, text), callable by clinic staff, has another text
--   widens: public.terminate_form(uuid, text), callable by clinic staff, has another text
--   widens: public.withdraw_consent(uuid, text), callable by clinic staff and patients, has another text
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE authz.live_sessions

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The whole row, since Supabase Auth of old keeps no client there, and a view may name no column that is missing.
create or replace view authz.live_sessions as
  select s.id, s.user_id, to_jsonb(s) ->> 'oauth_client_id' as oauth_client_id
  from auth.sessions as s
  join auth.users as u on u.id = s.user_id
  where (s.not_after is null or s.not_after > clock_timestamp())
    and u.deleted_at is null
    and (u.banned_until is null or u.banned_until <= clock_timestamp());
comment on view authz.live_sessions is
  'Sessions that auth.sessions still holds and that have not expired, of users neither deleted nor banned, and the third party''s client that holds one. [S-13, N-12, N-16]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.own_session_id: the session in which the caller sits before the application themselves; NULL for a token without one, and for that of a third
-- party's client (Supabase's OAuth server), which acts for them within what they may. Who signs, breaks the glass or says who belongs has
-- to be there. The session's row is the truth, as far as Supabase Auth keeps the client there; the claim says it sooner.
create or replace function authz.own_session_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_session_id constant uuid := (authz.caller()).session_id; -- refuses claims that are no JSON object
begin
  if nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'client_id' is not null then
    return null;
  end if;
  return (select s.id from authz.live_sessions as s where s.id = v_session_id and s.oauth_client_id is null);
end
$$;
comment on function authz.own_session_id() is
  'Session of the caller, if they signed in to it themselves: NULL without a session, and for the client of a third party. [N-12, S-13]';
alter function authz.own_session_id() owner to cordon_definer;
revoke all on function authz.own_session_id() from public;

-- authz.erasure_request: the request by which the privacy officer may erase: of their clinic, for erasure, and not answered yet.
create or replace function authz.erasure_request(request_id uuid, out organisation_id uuid, out patient_id uuid)
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_tenant constant uuid := authz.organisation_for('{}', '{privacy_officer}');
  v_kind text;
  v_status text;
begin
  if v_tenant is null or authz.acting_realm() <> 'provider' or authz.own_session_id() is null then
    raise exception 'erasure is not yours to do'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, signed in with a session.';
  end if;
  select r.organisation_id, r.patient_id, r.kind, r.status
    into organisation_id, patient_id, v_kind, v_status
    from public.subject_requests as r
   where r.organisation_id = v_tenant
     and r.id = request_id
     and r.archived_at is null
  for no key update;
  if organisation_id is null then
    raise exception 'request not found'
      using errcode = 'CD010', hint = 'Name a subject request of the current organisation.';
  end if;
  if v_kind <> 'erasure' or v_status <> 'in_progress' then
    raise exception 'this is no request for erasure under way'
      using errcode = 'CD013', hint = 'Take up a request of kind erasure first: status in_progress.';
  end if;
end
$$;

-- authz.form_tenant: where a form stands that the caller may sign or witness: staff in their current organisation, a patient wherever the
-- form is theirs, or where they have chosen, since ids are unique within a tenant only. At a clinic that is closed nothing is signed any more.
create or replace function authz.form_tenant(form_id uuid)
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_tenant uuid;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := authz.organisation_for('{doctor,nurse,assistant,receptionist}', '{}');
  end if;
  if authz.own_session_id() is null or (not v_is_patient and v_tenant is null) then
    raise exception 'forms are not yours to sign or to witness'
      using errcode = 'insufficient_privilege',
        hint = 'The patient signs on the portal, or before staff who may witness it; signed in with a session.';
  end if;
  begin
    select f.organisation_id
      into strict v_tenant
      from public.signed_forms as f
     where f.id = form_tenant.form_id
       and case
         when v_is_patient then
           authz.is_own_patient(f.organisation_id, f.patient_id)
           and f.organisation_id = coalesce(v_caller.organisation_id, f.organisation_id)
         else f.organisation_id = v_tenant
       end
       and f.patient_status = 'active'
       and f.archived_at is null
       and exists (select from public.organisations as o where o.id = f.organisation_id and o.archived_at is null);
  exception
    when no_data_found or too_many_rows then
      raise exception 'form not found'
        using errcode = 'CD010', hint = 'Name a form of the current organisation; on the portal, one of your own.';
  end;
  return v_tenant;
end
$$;

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

-- authz.tg_patient_accounts__confirm: a portal account opens a chart, so two members open it: who creates it cannot
-- confirm it (reception alone, with a friend's login, could otherwise consent in a patient's name). An end is final.
create or replace function authz.tg_patient_accounts__confirm()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_system constant boolean := authz.subject() is null and authz.is_system();
  v_user_id constant uuid := authz.user_id();
begin
  -- Who decides here is compared with who decided before: it is asked of the row, and not only once a statement.
  if v_user_id is null and not v_is_system then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
  if tg_op = 'INSERT' then
    new.confirmed_at := case when v_is_system then clock_timestamp() end;
    new.confirmed_by_user_id := null;
    new.revoked_at := case when v_is_system then new.revoked_at end;
    return new;
  end if;

  if old.confirmed_at is not null then
    new.confirmed_at := old.confirmed_at;
    new.confirmed_by_user_id := old.confirmed_by_user_id;
  elsif new.confirmed_at is not null then
    if authz.own_session_id() is null and not v_is_system then
      raise exception 'a portal account is not yours to confirm'
        using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
    end if;
    if v_user_id = old.created_by_user_id then
      raise exception 'who created a portal account cannot confirm it'
        using errcode = 'CD008', hint = 'Ask another clinic_admin, or let reception create it.';
    end if;
    new.confirmed_at := clock_timestamp();
    new.confirmed_by_user_id := v_user_id;
  else
    new.confirmed_by_user_id := null;
  end if;
  new.revoked_at := case
    when old.revoked_at is not null then old.revoked_at
    when new.revoked_at is not null then clock_timestamp()
  end;
  return new;
end
$$;
comment on function authz.tg_patient_accounts__confirm() is
  'Stamps confirmed_* and revoked_at; the creator cannot confirm (CD008), nor who is not there in a session of their own (42501), and an end is final. [N-12, N-15]';

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

-- public.rely_on_legal_basis: care that the law allows without consent (LGPD art. 11 II), where the organisation has said that it relies on it:
-- by the privacy officer, for one patient and purpose, with why. It opens what a consent opens, and is reported apart from consents.
create or replace function public.rely_on_legal_basis(patient_id uuid, purpose text, legal_basis text, justification text)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{}', '{privacy_officer}');
  v_justification constant text := authz.trimmed(justification);
  v_consent_id uuid;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'a legal basis is not yours to record'
      using errcode = 'insufficient_privilege', hint = 'It takes the privacy officer, signed in with a session.';
  end if;
  if coalesce(length(v_justification), 0) not between 20 and 2000 then
    raise exception 'another legal basis than consent takes a justification'
      using errcode = 'CD020', hint = 'Say why the law allows it, in 20 to 2000 characters.';
  end if;
  if rely_on_legal_basis.legal_basis = 'consent' or not exists (
    select
    from public.organisation_settings as s
    where s.organisation_id = v_organisation_id
      and rely_on_legal_basis.legal_basis = any (s.legal_bases)
  ) then
    raise exception 'the organisation does not rely on this legal basis'
      using errcode = 'CD020', hint = 'A clinic_admin lists it in organisation_settings.legal_bases; consent itself is the patient''s to give.';
  end if;
  perform authz.lock_patient(v_organisation_id, rely_on_legal_basis.patient_id);
  if not exists (
    select
    from public.patients as p
    where p.organisation_id = v_organisation_id
      and p.id = rely_on_legal_basis.patient_id
      and p.status = 'active'
      and p.archived_at is null
  ) then
    raise exception 'patient not found'
      using errcode = 'CD010', hint = 'Name an active patient of the current organisation.';
  end if;
  if not exists (select from public.consent_purposes as p where p.purpose = rely_on_legal_basis.purpose and p.archived_at is null) then
    raise exception 'unknown purpose'
      using errcode = 'CD006', hint = 'Use a purpose of consent_purposes.';
  end if;
  insert into public.consents as c (organisation_id, patient_id, purpose, status, legal_basis, justification)
  values (
    v_organisation_id, rely_on_legal_basis.patient_id, rely_on_legal_basis.purpose, 'active', rely_on_legal_basis.legal_basis, v_justification
  )
  on conflict do nothing
  returning c.id into v_consent_id;
  if v_consent_id is null then
    raise exception 'the purpose is open already'
      using errcode = 'CD013', hint = 'A consent, or a legal basis, is in force for this patient and purpose.';
  end if;
  return v_consent_id;
end
$$;

-- public.review_emergency_access: four eyes. Who broke the glass never judges it, whatever else they are; a review ends
-- what still runs, because nobody waits an hour to stop a snooper.
create or replace function public.review_emergency_access(grant_id uuid, outcome text, note text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_user_id constant uuid := authz.user_id();
  v_organisation_id constant uuid := coalesce(
    authz.organisation_for('{clinic_admin}', '{}'), authz.organisation_for('{}', '{privacy_officer}')
  );
  v_note constant text := authz.trimmed(note);
  v_reviewed_at timestamptz;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'emergency access is not yours to review'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a clinic_admin or the privacy officer, signed in with a session.';
  end if;
  if outcome is null or outcome not in ('justified', 'unjustified') then
    raise exception 'unknown outcome of a review'
      using errcode = 'CD009', hint = 'Use justified or unjustified.';
  end if;
  if coalesce(length(v_note), 0) not between 1 and 2000 then
    raise exception 'a review needs a note'
      using errcode = 'CD009', hint = 'Say what was found, in 1 to 2000 characters.';
  end if;
  update public.emergency_access_grants as g
     set review_outcome = outcome,
         reviewed_by_user_id = v_user_id,
         reviewed_at = clock_timestamp(),
         ended_at = coalesce(g.ended_at, least(g.expires_at, authz.now()))
   where g.organisation_id = v_organisation_id
     and g.id = grant_id
     and g.user_id <> v_user_id
     and g.review_outcome is null
     and g.archived_at is null
  returning g.reviewed_at into v_reviewed_at;
  if v_reviewed_at is null then
    raise exception 'emergency access not found'
      using errcode = 'CD010', hint = 'Name an unreviewed grant of somebody else in the current organisation.';
  end if;
  update public.emergency_access_reasons as r
     set review_note = v_note
   where r.organisation_id = v_organisation_id
     and r.id = grant_id;
  return v_reviewed_at;
end
$$;

-- public.terminate_form: ends a signed form, with a reason; a consent form takes the consents that it carries with it (S-33). The digest of when, by
-- whom and why goes into the sealed record: who bends the form afterwards is found out by its export.
create or replace function public.terminate_form(form_id uuid, reason text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_organisation_id constant uuid := authz.organisation_for('{clinic_admin}', '{}');
  v_reason constant text := authz.trimmed(reason);
  v_patient_id uuid;
  v_terminated_at timestamptz;
begin
  if v_organisation_id is null or authz.own_session_id() is null then
    raise exception 'forms are not yours to terminate'
      using errcode = 'insufficient_privilege', hint = 'It takes a clinic_admin, signed in with a session.';
  end if;
  if coalesce(length(v_reason), 0) not between 10 and 500 then
    raise exception 'terminating a form takes a reason'
      using errcode = 'CD017', hint = 'Say why, in 10 to 500 characters.';
  end if;
  select f.patient_id
    into v_patient_id
    from public.signed_forms as f
   where f.organisation_id = v_organisation_id
     and f.id = terminate_form.form_id;
  if v_patient_id is null then
    raise exception 'form not found'
      using errcode = 'CD010', hint = 'Name a form of the current organisation.';
  end if;
  perform authz.lock_patient(v_organisation_id, v_patient_id);
  update public.signed_forms as f
     set status = 'terminated',
         terminated_at = clock_timestamp(),
         terminated_by_user_id = (authz.caller()).user_id,
         termination_reason = v_reason
   where f.organisation_id = v_organisation_id
     and f.id = terminate_form.form_id
     and f.status = 'active'
  returning f.terminated_at into v_terminated_at;
  if v_terminated_at is null then
    raise exception 'the form is not in force'
      using errcode = 'CD013', hint = 'Only what was signed, and was not terminated yet, can be terminated.';
  end if;
  perform authz.record_security_event(
    v_organisation_id, 'signed_form.terminated', form_id,
    jsonb_build_object('termination_sha256', authz.digest(authz.form_termination(v_organisation_id, form_id)))
  );
  update public.consents as c
     set status = 'withdrawn'
   where c.organisation_id = v_organisation_id
     and c.signed_form_id = terminate_form.form_id
     and c.status = 'active';
  return v_terminated_at;
end
$$;

-- public.withdraw_consent: the patient withdraws on the portal, without saying why (LGPD art. 8 par. 5); or staff for them, with how they asked.
-- Whatever the consent opened closes in this transaction: authz.tg_consents__project. What was done before stays as it was, and logged.
-- Another legal basis than consent is not the patient's to withdraw, nor reception's for them: they object (LGPD art. 18 par. 2), and the officer or
-- the clinic_admin ends it here.
create or replace function public.withdraw_consent(consent_id uuid, reason text default null)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_reason constant text := nullif(authz.trimmed(reason), '');
  v_tenant uuid;
  v_legal_basis text;
  v_withdrawn_at timestamptz;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := coalesce(
      authz.organisation_for('{clinic_admin,receptionist}', '{}'), authz.organisation_for('{}', '{privacy_officer}')
    );
  end if;
  if v_caller.user_id is null or (not v_is_patient and (v_tenant is null or authz.own_session_id() is null)) then
    raise exception 'consents are not yours to withdraw'
      using errcode = 'insufficient_privilege',
        hint = 'It takes the patient; or, for them, a clinic_admin, a receptionist or the privacy officer, signed in with a session.';
  end if;
  if length(v_reason) > 500 or (not v_is_patient and coalesce(length(v_reason), 0) < 10) then
    raise exception 'withdrawing for a patient takes a reason'
      using errcode = 'CD017', hint = 'Say how they asked for it, in 10 to 500 characters. A patient need not say anything.';
  end if;
  begin
    select c.organisation_id, c.legal_basis
      into strict v_tenant, v_legal_basis
      from public.consents as c
     where c.id = withdraw_consent.consent_id
       and case
         when v_is_patient then
           authz.is_own_patient(c.organisation_id, c.patient_id)
           and c.organisation_id = coalesce(v_caller.organisation_id, c.organisation_id)
         else c.organisation_id = v_tenant
       end
       and c.archived_at is null;
  exception
    when no_data_found or too_many_rows then
      raise exception 'consent not found'
        using errcode = 'CD010', hint = 'Name a consent of the current organisation; on the portal, one of your own.';
  end;
  if v_legal_basis <> 'consent' and (
    v_is_patient
    or coalesce(authz.organisation_for('{clinic_admin}', '{}'), authz.organisation_for('{}', '{privacy_officer}')) is null
  ) then
    raise exception 'this is no consent: the organisation relies on another legal basis'
      using errcode = 'CD005', hint = 'File an objection (subject_requests, kind objection): the privacy officer answers it, and ends it.';
  end if;
  update public.consents as c
     set status = 'withdrawn',
         withdrawal_reason = v_reason
   where c.organisation_id = v_tenant
     and c.id = withdraw_consent.consent_id
     and c.status = 'active'
  returning c.withdrawn_at into v_withdrawn_at;
  if v_withdrawn_at is null then
    raise exception 'the consent is not in force'
      using errcode = 'CD013', hint = 'Only a consent in force can be withdrawn; a proposed one is rejected.';
  end if;
  return v_withdrawn_at;
end
$$;

revoke create on schema authz from cordon_definer;

-- migrate:down
