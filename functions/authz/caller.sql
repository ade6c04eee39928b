-- authz.caller: who calls, verified, and the organisation that they ask to act in, not verified. Every scalar of every policy begins here,
-- so it is one function with one subtransaction: a claims, a session and an organisation reader of their own cost 20 µs more a call.
--
-- Identity comes from the verified token's claims alone (never user_metadata, never the legacy request.jwt.claim.* settings, which
-- auth.uid() still prefers). No user where the token opens nothing: no subject, an anonymous sign-in, a link or code from a mail (S-14),
-- a session that has ended, or no session where the deployment demands one. Supabase Auth calls a recovery link "otp" unless it is
-- redeemed by PKCE, and takes it where a magic link is asked for: whoever shows nothing but a mailbox may choose a password, and no more.
--
-- The organisation only ever chooses among live memberships, so a forged value opens nothing: it is looked up, not believed.
-- PARALLEL UNSAFE, and so is whatever calls it: before PostgreSQL 17 a block with an exception handler fails under a parallel plan.
-- Order: setting (SQL clients; app.current_clinic_id is neonpro's name), header (HTTP), token (default of the login).
create or replace function authz.caller(out user_id uuid, out session_id uuid, out organisation_id uuid)
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_reading text := 'claims';
  v_claims jsonb;
  v_organisation text;
  v_clinic text;
begin
  v_claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  if v_claims is null then
    return;
  end if;
  if jsonb_typeof(v_claims) <> 'object' then
    raise exception 'the token claims are not a JSON object'
      using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
  end if;
  if (v_claims ->> 'is_anonymous') = 'true'
    or v_claims @? '$.amr[*].method ? (@ == "recovery" || @ == "otp" || @ == "magiclink" || @ == "invite" || @ == "email/signup" || @ == "email_change")'
    or v_claims -> 'amr' ?| '{recovery,otp,magiclink,invite,email/signup,email_change}'
  then
    return;
  end if;

  v_reading := 'subject';
  user_id := nullif(v_claims ->> 'sub', '')::uuid;
  session_id := nullif(v_claims ->> 'session_id', '')::uuid;
  if user_id is null
    or (session_id is not null and not authz.session_is_live(session_id, user_id))
    or (session_id is null and not exists (select from authz.deployment_settings as d where d.allow_sessionless_tokens))
  then
    user_id := null;
    session_id := null;
    return;
  end if;

  v_reading := 'organisation';
  v_organisation := nullif(current_setting('app.current_organisation_id', true), '');
  v_clinic := nullif(current_setting('app.current_clinic_id', true), '');
  if v_organisation::uuid <> v_clinic::uuid then
    raise exception 'app.current_organisation_id and app.current_clinic_id name two organisations'
      using errcode = 'CD002', hint = 'They are two names of one setting: set one of them.';
  end if;
  organisation_id := coalesce(
    v_organisation,
    v_clinic,
    nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-organisation-id', ''),
    nullif(v_claims -> 'app_metadata' ->> 'organisation_id', '')
  )::uuid;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not a UUID, a NUL escape, a number out of range, too deep
    if v_reading = 'organisation' then
      raise exception 'the chosen organisation is not a UUID'
        using errcode = 'CD002',
          hint = 'Give the organisation''s id in app.current_organisation_id or the header x-organisation-id.';
    end if;
    raise exception '%', case v_reading
        when 'claims' then 'the token claims are not valid JSON'
        else 'sub or session_id of the token is not a UUID'
      end
      using errcode = 'CD001', hint = 'Set request.jwt.claims to the payload of a verified token.';
end
$$;
comment on function authz.caller() is
  'User and session if the token still opens anything, and the organisation asked for; else NULL. Malformed claims deny with CD001, a malformed choice with CD002. [N-11, N-12, N-16, N-23, S-13, S-14]';
alter function authz.caller() owner to cordon_definer;
revoke all on function authz.caller() from public;
