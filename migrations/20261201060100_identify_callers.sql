-- migrate:up
-- Why: who calls: token, session, realm, rank, address, clock, as every rule asks for them.
-- Access: +28 grants, 9 definer functions, 1 definer view
--   ~ authz.live_sessions is written, and shows what its owner may see
--   ~ authz.caller is written, and runs with the rights of its owner
--   ~ authz.user_id is written, and runs with the rights of its owner
--   + authenticated may execute function authz.user_id()
--   + internal_ops may execute function authz.user_id()
--   + patient may execute function authz.user_id()
--   ~ authz.is_operator is written, and runs with the rights of its owner
--   + internal_ops may execute function authz.is_operator(text[])
--   + cordon_definer may execute function authz.is_api_login()
--   + cordon_definer may execute function authz.is_system()
--   + cordon_definer may execute function authz.acting_realm()
--   ~ authz.client_address is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.printable(text, integer)
--   ~ authz.organisation_id is written, and runs with the rights of its owner
--   + authenticated may execute function authz.organisation_id()
--   + authenticated may execute function authz.now()
--   + cordon_definer may execute function authz.now()
--   + internal_ops may execute function authz.now()
--   + cordon_definer may execute function authz.digest(text)
--   + cordon_insights may execute function authz.digest(text)
--   + cordon_definer may execute function authz.purpose()
--   + cordon_definer may execute function authz.trimmed(text)
--   ~ authz.own_rank is written, and runs with the rights of its owner
--   + authenticated may execute function authz.own_rank()
--   + cordon_definer may execute function authz.user_agent()
--   ~ authz.require_caller is written, and runs with the rights of its owner
--   + authenticated may execute function authz.role_rank(text)
--   + service_role may execute function authz.role_rank(text)
--   + cordon_definer may execute function authz.role_rank(text)
--   + authenticated may execute function authz.uuid_v7()
--   + internal_ops may execute function authz.uuid_v7()
--   + patient may execute function authz.uuid_v7()
--   + service_role may execute function authz.uuid_v7()
--   + cordon_definer may execute function authz.uuid_v7()
--   ~ authz.own_session_id is written, and runs with the rights of its owner
--   ~ authz.acts_through_client is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.has_moved_on(pg_snapshot)
--   + cordon_definer may select on authz.live_sessions
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Membership of the caller as a policy found it: what the record of a decision says about who decided it is taken from here.
create type authz.membership as (user_id uuid, session_id uuid, organisation_id uuid, role text);
comment on type authz.membership is
  'Who a policy let in, where, and as what: user, session, organisation, role. [N-35]';

-- authz.live_sessions: the one definition of a session that counts now. It runs with the rights of its owner, the migrating role: on hosted Supabase
-- no other can be given USAGE on auth. Only our functions may read it. The whole row, since Supabase Auth of old keeps no client there, and a view may
-- name no column that is missing.
create view authz.live_sessions as
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
alter function authz.caller() owner to cordon_definer;
revoke all on function authz.caller() from public;

-- authz.user_id: who is calling. Used by policies on rows that belong to one user, and by the stamp trigger.
create or replace function authz.user_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return (authz.caller()).user_id;
end
$$;
comment on function authz.user_id() is
  'The live caller, NULL for anon, service and ended sessions. [N-11, N-16]';
alter function authz.user_id() owner to cordon_definer;
revoke all on function authz.user_id() from public;
grant execute on function authz.user_id() to authenticated, internal_ops, patient;

-- authz.subject: whom the token names, not verified. For what decides nothing (the array that finds rows by index), and for what has
-- verified the caller in the same call: a second verification costs as much as the first.
create or replace function authz.subject()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '')::uuid;
exception
  when data_exception or program_limit_exceeded then -- authz.caller says what is wrong with it
    return null;
end
$$;
comment on function authz.subject() is
  'User that the claims name, unverified; NULL where illegible. Decides nothing. [N-11]';
alter function authz.subject() owner to cordon_definer;
revoke all on function authz.subject() from public;

-- authz.is_operator: the reach of realm internal_ops. A token's role opens the realm, a live row opens the data.
create or replace function authz.is_operator(required_roles text[])
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from public.ops_members as m
    where m.user_id = authz.user_id()
      and m.is_active
      and m.archived_at is null
      and (cardinality(required_roles) = 0 or m.role = any (required_roles))
  );
end
$$;
comment on function authz.is_operator(text[]) is
  'Whether the caller is a live member of operations with one of the roles (empty: any). [N-16]';
alter function authz.is_operator(text[]) owner to cordon_definer;
revoke all on function authz.is_operator(text[]) from public;
grant execute on function authz.is_operator(text[]) to internal_ops;

-- authz.is_api_login: whether the connection logged in as what can become a caller and holds nothing else: PostgREST's authenticator, or a login
-- like it. SET ROLE does not change it, so that in such a connection nobody writes as nobody.
create or replace function authz.is_api_login()
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select
    from pg_roles as r
    where r.rolname = session_user
      and not r.rolsuper
      and not r.rolbypassrls
      and pg_has_role(r.oid, 'authenticated', 'member')
  );
end
$$;
comment on function authz.is_api_login() is
  'Whether session_user is a login of the API: a member of authenticated that does not bypass row-level security. [N-11, S-16]';
revoke all on function authz.is_api_login() from public;
grant execute on function authz.is_api_login() to cordon_definer;

-- authz.is_system: whether nobody's token acts: the server's key, the owner, a migration. A role can be taken on and put off in mid-statement, after
-- the policies were asked, so that having none of the realms' proves nothing: a login of the API without a role is a caller who put it off. What
-- is the system's alone asks this, and never whether there is a user: there is none, too, while somebody's claims name a session that has ended.
create or replace function authz.is_system()
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case current_setting('role')
    when 'service_role' then true
    when 'authenticated' then false
    when 'internal_ops' then false
    when 'patient' then false
    when 'anon' then false
    else not authz.is_api_login()
  end;
end
$$;
comment on function authz.is_system() is
  'Whether the server, the owner or a migration acts, and no caller of the API. [N-11, S-16]';
revoke all on function authz.is_system() from public;
grant execute on function authz.is_system() to cordon_definer;

-- authz.acting_realm: whose hand writes: the role that the connection took on, not the owner of the function that runs for it. A role can be
-- switched in mid-statement, after the policies were asked: who acts as operations must be one of them at this moment too, and counts as a clinic's
-- otherwise, as does staff that acts as a patient and is none, and a caller without a role: whom everything that freezes binds.
create or replace function authz.acting_realm()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return case current_setting('role')
    when 'authenticated' then 'provider'
    when 'patient' then case
      when authz.patient_organisation_ids() = '{}'
        and exists (select from authz.live_memberships as m where m.user_id = authz.subject())
      then 'provider'
      else 'patient'
    end
    when 'internal_ops' then case when authz.is_operator('{}') then 'internal_ops' else 'provider' end
    else case when authz.is_system() then 'system' else 'provider' end
  end;
end
$$;
comment on function authz.acting_realm() is
  'Realm of the caller; system for the server, the owner and migrations. Provider for whoever has put a role on or off without what it takes. [S-16, S-18, S-34]';
revoke all on function authz.acting_realm() from public;
grant execute on function authz.acting_realm() to cordon_definer;

-- authz.client_address: where the caller connects from, read from the one header that the deployment trusts. A proxy
-- appends what it saw, so that only the last entry is its word; what stands before it is the client's own claim.
create or replace function authz.client_address()
  returns inet
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_header constant text := (select lower(d.trusted_address_header) from authz.deployment_settings as d);
  v_value text;
  v_address inet;
begin
  if v_header is null then
    return null;
  end if;
  v_value := nullif(current_setting('request.headers', true), '')::jsonb ->> v_header;
  v_value := trim(split_part(v_value, ',', -1));
  v_address := host(v_value::inet)::inet;
  -- An IPv4 address in IPv6 clothes is the same address.
  if v_address <<= inet '::ffff:0:0/96' then
    return inet '0.0.0.0' + (v_address - inet '::ffff:0:0');
  end if;
  return v_address;
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, not an address, a NUL escape, too deep
    return null;
end
$$;
comment on function authz.client_address() is
  'Address of the client by the trusted header (deployment_settings), NULL where none is trusted, sent or legible: unknown. [N-28]';
alter function authz.client_address() owner to cordon_definer;
revoke all on function authz.client_address() from public;

-- authz.printable: what a client says, as it is kept: one line, without what a terminal or a page would act on, bounded, and nothing of what is
-- never stored: records are sealed, and a header is no place that could be refused without failing the read that it came with.
create or replace function authz.printable(value text, length integer)
  returns text
  language plpgsql
  stable
  strict
  parallel restricted
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_kept text := left(value, length);
begin
  -- What turns the direction of what stands beside it, or ends a line, too: an auditor would read another reason than was given.
  if v_kept ~ E'[[:cntrl:]\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]' then
    v_kept := regexp_replace(v_kept, E'[[:cntrl:]\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]', ' ', 'g');
  end if;
  -- The agents of browsers, which stand on every record, have nothing that could be one: asking costs as much as the record does.
  if (octet_length(v_kept) <> length(v_kept) or v_kept ~ E'[=%&<\\\\]|://|/v1|([0-9][^A-Za-z]{0,6}){9}')
    and authz.secret_in(v_kept) is not null
  then
    return left('[withheld]', length);
  end if;
  return nullif(v_kept, '');
end
$$;
comment on function authz.printable(text, integer) is
  'The text without control characters and what turns its direction, at most so many characters; NULL for an empty one, [withheld] for one with a card number, a national id or a signed link. [N-35, S-10, S-37, S-38]';
revoke all on function authz.printable(text, integer) from public;
grant execute on function authz.printable(text, integer) to cordon_definer;

-- authz.organisation_id: the scalar of a provider fence that names no audience.
create or replace function authz.organisation_id()
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.organisation_for('{}', '{}');
end
$$;
comment on function authz.organisation_id() is
  'Organisation that the caller acts in by a live membership, else NULL. [S-02, N-22, N-23]';
alter function authz.organisation_id() owner to cordon_definer;
revoke all on function authz.organisation_id() from public;
grant execute on function authz.organisation_id() to authenticated;

-- authz.now: the moment that conditions are held against: the clock's, so that neither a transaction held open nor a DO block, which is one
-- statement to the server, outlives anything. A policy asks once a query. One place, so that tests can put a clock of their own here;
-- nothing that a client sets can.
create or replace function authz.now()
  returns timestamptz
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return clock_timestamp();
end
$$;
comment on function authz.now() is
  'The moment, for conditions that depend on time. [N-28, N-40]';
revoke all on function authz.now() from public;
grant execute on function authz.now() to authenticated, cordon_definer, internal_ops;

-- authz.digest: SHA-256 of a text in UTF-8, as anybody recomputes it: sha256sum of the bytes.
create or replace function authz.digest(value text)
  returns text
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return encode(sha256(convert_to(value, 'UTF8')), 'hex');
end
$$;
comment on function authz.digest(text) is 'SHA-256 of the text in UTF-8, 64 hexadecimal digits in small letters. [S-31]';
revoke all on function authz.digest(text) from public;
grant execute on function authz.digest(text) to cordon_definer, cordon_insights;

-- authz.purpose: what the caller says the data is for: the setting (set_context), else the header. Naming one narrows what
-- is seen; naming none leaves it to the other conditions.
create or replace function authz.purpose()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    nullif(current_setting('app.purpose', true), ''),
    nullif(nullif(current_setting('request.headers', true), '')::jsonb ->> 'x-purpose', '')
  );
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
    raise exception 'the request headers are not valid JSON'
      using errcode = 'CD002', hint = 'Set request.headers to a JSON object, or the purpose in app.purpose.';
end
$$;
comment on function authz.purpose() is
  'Purpose that the caller names in app.purpose or the header x-purpose, NULL without one; CD002 for malformed headers. [N-48]';
revoke all on function authz.purpose() from public;
grant execute on function authz.purpose() to cordon_definer;

-- authz.trimmed: what somebody typed, without the blanks around it that look like nothing: a reason of spaces is no reason. Controls, tags and what
-- chooses between the shapes of a sign stay where they belong to one, as at the end of a name; a text of nothing else is empty.
create or replace function authz.trimmed(value text)
  returns text
  language plpgsql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- Held to the start, it looks at each sign once: a long run of blanks in the middle is not begun anew.
  if value ~ E'^[\u0001- \u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164'
    '\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*$'
  then
    return '';
  end if;
  return btrim(
    value,
    E' \t\n\r\f\u000b\u0085\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a'
    '\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u202f\u205f\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f'
    '\u2800\u3000\u3164\ufeff\uffa0'
  );
end
$$;
comment on function authz.trimmed(text) is
  'The text without blanks at its ends, those of other scripts and those without width included; empty where nobody would see anything of it. [N-18, S-31]';
revoke all on function authz.trimmed(text) from public;
grant execute on function authz.trimmed(text) to cordon_definer;

-- authz.own_rank: what a caller may grant lies below it (N-05).
create or replace function authz.own_rank()
  returns smallint
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_rank smallint;
begin
  select m.rank
    into v_rank
    from authz.live_memberships as m
   where m.organisation_id = authz.organisation_id()
     and m.user_id = authz.user_id();
  return v_rank;
end
$$;
comment on function authz.own_rank() is
  'Rank of the caller''s role in the current organisation, NULL without a membership. [N-05]';
alter function authz.own_rank() owner to cordon_definer;
revoke all on function authz.own_rank() from public;
grant execute on function authz.own_rank() to authenticated;

-- authz.user_agent: what the client calls itself: a claim of its own, kept as such, without what a terminal or a page would act on.
create or replace function authz.user_agent()
  returns text
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.printable(nullif(current_setting('request.headers', true), '')::jsonb ->> 'user-agent', 400);
exception
  when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
    return null;
end
$$;
comment on function authz.user_agent() is
  'Header user-agent of the request, at most 400 characters; NULL where none was sent or it is illegible. [S-31]';
revoke all on function authz.user_agent() from public;
grant execute on function authz.user_agent() to cordon_definer;

-- authz.require_caller: for a record of something that leaves no row: tg__stamped verifies who wrote rows, and there are none to verify.
create or replace function authz.require_caller()
  returns void
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if authz.subject() is distinct from authz.user_id() then
    raise exception 'no live session'
      using errcode = 'insufficient_privilege', hint = 'Keep the claims of one live session for the whole statement.';
  end if;
end
$$;
comment on function authz.require_caller() is
  'Refuses with 42501 claims that name another than the verified caller. [N-16, S-35]';
alter function authz.require_caller() owner to cordon_definer;
revoke all on function authz.require_caller() from public;

-- authz.role_rank: who stands above whom (N-05, N-13). Rank decides escalation, never access to data:
-- a clinic_admin outranks a doctor and still may not read a diagnosis.
create or replace function authz.role_rank(role_name text)
  returns smallint
  language sql
  immutable
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
  select case role_name
    when 'admin' then 100
    when 'clinic_admin' then 90
    when 'doctor' then 80
    when 'nurse' then 70
    when 'assistant' then 60
    when 'receptionist' then 50
    when 'patient' then 10
    when 'anonymous' then 0
  end::smallint
$$;
comment on function authz.role_rank(text) is
  'Rank of a role, 100 to 0; NULL for a name that is no role. [N-05, N-13]';
revoke all on function authz.role_rank(text) from public;
grant execute on function authz.role_rank(text)
  to authenticated, service_role, cordon_definer;

-- authz.uuid_v7: a time-ordered key, so that rows created together lie together in (organisation_id, id).
-- PostgreSQL 18 has uuidv7(); this holds from 15 on. RFC 9562, section 5.7.
create or replace function authz.uuid_v7()
  returns uuid
  language plpgsql
  volatile
  parallel safe
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- One expression: every insert pays for each. The random id is of version 4, 0100; with two bits more it is 0111.
  return encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid;
end
$$;
comment on function authz.uuid_v7() is
  'Time-ordered UUID version 7 (RFC 9562), the default of every id.';
revoke all on function authz.uuid_v7() from public;
grant execute on function authz.uuid_v7()
  to authenticated, internal_ops, patient, service_role, cordon_definer;

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
comment on function authz.own_session_id() is
  'Session of the caller, if they signed in to it themselves: NULL without a session, and for the client of a third party. [N-12, S-13]';
alter function authz.own_session_id() owner to cordon_definer;
revoke all on function authz.own_session_id() from public;

-- authz.acts_through_client: whether it is the client of a third party (Supabase's OAuth server) that acts for the caller, and not they themselves before
-- the application: in a session that is not their own (authz.own_session_id, which knows a client by its token and by the session's row), or by a token
-- without a session that tells of one, by whatever of the same signs. Not who merely has no session, where the deployment takes such tokens.
create or replace function authz.acts_through_client()
  returns boolean
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_own_session_id constant uuid := authz.own_session_id(); -- refuses claims that are no JSON object
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  return v_own_session_id is null
    and (
      (authz.caller()).session_id is not null
      or coalesce(v_claims ? 'client_id', false)
      or coalesce(v_claims @? '$.amr[*].method ? (@ starts with "oauth_provider/")', false)
      or coalesce(v_claims -> 'amr' ? 'oauth_provider/authorization_code', false)
    );
end
$$;
comment on function authz.acts_through_client() is
  'Whether the client of a third party acts for the caller; false for a token that merely has no session. [N-12, S-13]';
alter function authz.acts_through_client() owner to cordon_definer;
revoke all on function authz.acts_through_client() from public;

-- authz.has_moved_on: whether anything was committed since a snapshot was taken. Where nothing was, nobody was put out, and what is dear to ask need not be
-- asked. VOLATILE on purpose: it asks in the newest snapshot, whichever its caller looks at.
create or replace function authz.has_moved_on(seen pg_snapshot)
  returns boolean
  language plpgsql
  volatile
  set search_path = pg_catalog, pg_temp
as $$
begin
  return seen::text <> pg_current_snapshot()::text;
end
$$;
comment on function authz.has_moved_on(pg_snapshot) is
  'Whether the newest snapshot is another than this one. [N-16]';
revoke all on function authz.has_moved_on(pg_snapshot) from public;
grant execute on function authz.has_moved_on(pg_snapshot) to cordon_definer;

revoke create on schema authz from cordon_definer;

grant select on authz.live_sessions to cordon_definer;

-- migrate:down
