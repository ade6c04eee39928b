-- migrate:up
-- Why: a session from a mail link let the client of a third party in, and that read what the mailbox may not
-- Side: operations
-- Access: +1 grant, 2 definer functions
--   ~ authz.caller is written, and runs with the rights of its owner
--   ~ authz.own_session_id is written, and runs with the rights of its owner
--   + cordon_definer may select (allow_oauth_clients) on authz.deployment_settings
--   widens: authz.caller(), which 75 functions, 404 policies, 178 triggers and 2 views ask, has another text
--   widens: authz.deployment_settings says otherwise: allow_oauth_clients is false instead of empty
--   widens: authz.own_session_id(), which 14 functions and 2 triggers ask, has another text
--   widens: our definer functions can now read authz.deployment_settings (allow_oauth_clients) too
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE authz.deployment_settings

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Filled by a constant: the table is not rewritten.
alter table authz.deployment_settings
  add column allow_oauth_clients boolean not null default false;
comment on column authz.deployment_settings.allow_oauth_clients is
  'Accept the clients of third parties (Supabase''s OAuth server) as the person who let them in. Off: their token opens nothing, as Auth lets a session from a mail link let one in. [N-12, S-14]';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.caller: who calls, verified, the organisation that they ask to act in, not verified, and their live membership there, if any. Every scalar
-- of every policy begins here, so it is one function with one query: readers of claims, session, organisation and membership
-- of their own cost 20 µs more a call.
--
-- Identity comes from the verified token's claims alone (never user_metadata, never the legacy request.jwt.claim.* settings, which
-- auth.uid() still prefers). No user where the token opens nothing: no subject, an anonymous sign-in, a link or code from a mail (S-14), the
-- client of a third party unless the deployment takes them, a session that has ended, or no session where the deployment demands one. Supabase
-- Auth calls a recovery link "otp" unless it is redeemed by PKCE, and takes it where a magic link is asked for: whoever shows nothing but a mailbox may
-- choose a password, and no more. Nor does a session that began as nobody's become one by the address that its login is given later, when the token
-- says is_anonymous no more.
--
-- A client's session says nothing of the one that let it in: Auth lets that of a mail link do so, and what such a client read, the mailbox would. Its
-- token tells what it is, also a refreshed one (client_id, and how it began): to ask the session's row too would cost a seventh of every call.
--
-- The organisation only ever chooses among live memberships, so a forged value opens nothing: member_of was looked up, organisation_id was not.
-- Nothing chosen: with exactly one live membership none is needed, with several the answer is none.
-- PARALLEL UNSAFE, and so is whatever calls it: before PostgreSQL 17 a block with an exception handler fails under a parallel plan.
-- Order: setting (SQL clients; app.current_clinic_id is neonpro's name), header (HTTP), token (default of the login).
create or replace function authz.caller(
  out user_id uuid, out session_id uuid, out organisation_id uuid, out member_of uuid, out role text, out capabilities text[]
)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims jsonb;
  v_is_claims boolean := false;
  v_organisation text;
  v_clinic text;
  v_problem text;
  v_remedy text;
  v_is_live boolean;
  v_membership_of uuid;
begin
  begin
    v_claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    if v_claims is null then
      return;
    end if;
    v_is_claims := true;
    if jsonb_typeof(v_claims) <> 'object' then
      raise exception 'the token claims are not a JSON object'
        using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
    end if;
    if v_claims ? 'client_id'
      or (v_claims ->> 'is_anonymous') = 'true'
      or v_claims @? '$.amr[*].method ? (@ == "recovery" || @ == "otp" || @ == "magiclink" || @ == "invite" || @ == "email/signup" || @ == "email_change" || @ == "anonymous" || @ starts with "oauth_provider/")'
      or v_claims -> 'amr' ?| '{recovery,otp,magiclink,invite,email/signup,email_change,anonymous,oauth_provider/authorization_code}'
    then
      -- Nobody's, or a client's: told apart in here, so that nobody else pays for it.
      if (v_claims ->> 'is_anonymous') = 'true'
        or v_claims @? '$.amr[*].method ? (@ == "recovery" || @ == "otp" || @ == "magiclink" || @ == "invite" || @ == "email/signup" || @ == "email_change" || @ == "anonymous")'
        or v_claims -> 'amr' ?| '{recovery,otp,magiclink,invite,email/signup,email_change,anonymous}'
        or not exists (select from authz.deployment_settings as d where d.allow_oauth_clients)
      then
        return;
      end if;
    end if;
    user_id := nullif(v_claims ->> 'sub', '')::uuid;
    session_id := nullif(v_claims ->> 'session_id', '')::uuid;
  exception
    when data_exception or program_limit_exceeded then -- whole classes: not JSON, not a UUID, a NUL escape, a number out of range, too deep
      raise exception '%', case
          when v_is_claims then 'sub or session_id of the token is not a UUID'
          else 'the token claims are not valid JSON'
        end
        using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
  end;
  if user_id is null then
    session_id := null;
    return;
  end if;

  begin
    v_organisation := nullif(current_setting('app.current_organisation_id', true), '');
    v_clinic := nullif(current_setting('app.current_clinic_id', true), '');
    if v_organisation::uuid <> v_clinic::uuid then
      v_problem := 'app.current_organisation_id and app.current_clinic_id name two organisations';
      v_remedy := 'They are two names of one setting: set one of them.';
    end if;
    organisation_id := coalesce(
      v_organisation,
      v_clinic,
      nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-organisation-id', ''),
      nullif(v_claims -> 'app_metadata' ->> 'organisation_id', '')
    )::uuid;
  exception
    when data_exception or program_limit_exceeded then
      v_problem := 'the chosen organisation is not a UUID';
      v_remedy := 'Give the organisation''s id in app.current_organisation_id or the header x-organisation-id.';
  end;

  v_membership_of := organisation_id;
  if v_membership_of is null then
    v_membership_of := (
      select case when count(*) = 1 then min(m.organisation_id::text)::uuid end
      from authz.live_memberships as m
      where m.user_id = caller.user_id
    );
  end if;
  select c.is_live, m.organisation_id, m.role, m.capabilities
    into v_is_live, member_of, role, capabilities
    from (
      select case
               when caller.session_id is not null then exists (
                 select from authz.live_sessions as s where s.id = caller.session_id and s.user_id = caller.user_id
               )
               else exists (select from authz.deployment_settings as d where d.allow_sessionless_tokens)
             end
    ) as c (is_live)
    left join authz.live_memberships as m
      on c.is_live
     and m.user_id = caller.user_id
     and m.organisation_id = v_membership_of;
  -- The session goes before the context: whoever is nobody is told nothing of what they asked for.
  if v_is_live is not true then
    user_id := null;
    session_id := null;
    organisation_id := null;
  elsif v_problem is not null then
    raise exception '%', v_problem using errcode = 'CD002', hint = v_remedy;
  end if;
end
$$;
comment on function authz.caller() is
  'User and session if the token still opens anything, that of a third party''s client where the deployment takes those, the organisation asked for, and the live membership there; else NULL. Malformed claims deny with CD001, a malformed choice with CD002. [N-11, N-12, N-16, N-23, S-13, S-14]';

-- authz.own_session_id: the session in which the caller sits before the application themselves; NULL for a token without one, and for that of a third
-- party's client (Supabase's OAuth server), which acts for them within what they may, where the deployment takes it at all (authz.caller). Who signs,
-- breaks the glass or says who belongs has to be there. The session's row is the truth, as far as Supabase Auth keeps the client there; the token says
-- it sooner.
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
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  if v_claims ? 'client_id'
    or v_claims @? '$.amr[*].method ? (@ starts with "oauth_provider/")'
    or v_claims -> 'amr' ? 'oauth_provider/authorization_code'
  then
    return null;
  end if;
  return (select s.id from authz.live_sessions as s where s.id = v_session_id and s.oauth_client_id is null);
end
$$;

comment on policy definer_select on authz.deployment_settings is
  'definer functions may read every row (authz.caller: whether a token without a session opens anything, and that of a third party’s client; authz.client_address: whose word counts; authz.count_restricted_read: the limit). [N-12, N-52, S-13]';

grant select (allow_oauth_clients) on authz.deployment_settings to cordon_definer;

-- migrate:down
