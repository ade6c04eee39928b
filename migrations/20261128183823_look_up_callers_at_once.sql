-- migrate:up
-- Why: Every scalar of every policy asks who calls: their session and their membership in one query, not in three functions, and what a record says together with the key that signs it.
-- Access: +2 grants, 9 definer functions, 1 definer view
--   ~ authz.live_sessions is written, and shows what its owner may see
--   ~ authz.caller is written, and runs with the rights of its owner
--   + cordon_definer may execute function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid)
--   ~ authz.access_stamp is written, and runs with the rights of its owner
--   ~ authz.organisation_for is written, and runs with the rights of its owner
--   ~ authz.treated_by is written, and runs with the rights of its owner
--   ~ authz.emergency_patients is written, and runs with the rights of its owner
--   ~ authz.membership_for is written, and runs with the rights of its owner
--   ~ authz.membership_within is written, and runs with the rights of its owner
--   ~ authz.treated_patients is written, and runs with the rights of its owner
--   ~ public.redeem_read_ticket is written, and runs with the rights of its owner
--   + cordon_definer may select on authz.live_sessions
--   widens: authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid), which 5 functions and 241 policies ask, takes or gives something else, has another text
--   widens: authz.access_stamp(text, text, text), which 8 policies ask, has another text
--   widens: authz.caller(), which 66 functions, 393 policies, 152 triggers and 2 views ask, takes or gives something else, has another text
--   widens: authz.emergency_patients(), which 10 policies ask, has another text
--   widens: authz.emit_access(text, authz.membership, text, text, text, text, text, uuid, uuid), which 4 functions and 235 policies ask, has another text
--   widens: authz.emit_denial(text, text, text, text), which 2 functions and 235 policies ask, has another text
--   widens: authz.membership_for(text[], text[]), which 2 functions and 111 policies ask, has another text
--   widens: authz.membership_within(text[], text[], integer[], boolean, text[]), which 1 function and 19 policies ask, has another text
--   widens: authz.organisation_for(text[], text[]), which 34 functions, 84 policies, 2 triggers and 1 view ask, has another text
--   widens: authz.treated_by(uuid, uuid, timestamp with time zone), which 6 functions, 11 policies and 1 trigger ask, has another text
--   widens: authz.treated_patients(integer[]), which 7 policies ask, has another text
--   widens: our definer functions can now read authz.live_sessions, every row that its owner postgres may see
--   widens: public.redeem_read_ticket(uuid, uuid), callable by the service role, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- authz.live_sessions: the one definition of a session that counts now. It runs with the rights of its owner, the migrating role: on hosted Supabase
-- no other can be given USAGE on auth. Only our functions may read it.
create view authz.live_sessions as
  select s.id, s.user_id
  from auth.sessions as s
  join auth.users as u on u.id = s.user_id
  where (s.not_after is null or s.not_after > clock_timestamp())
    and u.deleted_at is null
    and (u.banned_until is null or u.banned_until <= clock_timestamp());
comment on view authz.live_sessions is
  'Sessions that auth.sessions still holds and that have not expired, of users neither deleted nor banned. [S-13, N-16]';

-- Both answer with more than they did, which takes another result type.
drop function authz.caller();
drop function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid);

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz to cordon_definer;

-- authz.caller: who calls, verified, the organisation that they ask to act in, not verified, and their live membership there, if any. Every scalar
-- of every policy begins here, so it is one function with one query: readers of claims, session, organisation and membership
-- of their own cost 20 µs more a call.
--
-- Identity comes from the verified token's claims alone (never user_metadata, never the legacy request.jwt.claim.* settings, which
-- auth.uid() still prefers). No user where the token opens nothing: no subject, an anonymous sign-in, a link or code from a mail (S-14),
-- a session that has ended, or no session where the deployment demands one. Supabase Auth calls a recovery link "otp" unless it is
-- redeemed by PKCE, and takes it where a magic link is asked for: whoever shows nothing but a mailbox may choose a password, and no more.
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
    if (v_claims ->> 'is_anonymous') = 'true'
      or v_claims @? '$.amr[*].method ? (@ == "recovery" || @ == "otp" || @ == "magiclink" || @ == "invite" || @ == "email/signup" || @ == "email_change")'
      or v_claims -> 'amr' ?| '{recovery,otp,magiclink,invite,email/signup,email_change}'
    then
      return;
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
  'User and session if the token still opens anything, the organisation asked for, and the live membership there; else NULL. Malformed claims deny with CD001, a malformed choice with CD002. [N-11, N-12, N-16, N-23, S-13, S-14]';
alter function authz.caller() owner to cordon_definer;
revoke all on function authz.caller() from public;

-- authz.access_fields: what a record of the access log says, in the order in which it is signed (audit.access_payload reads it back), and the key
-- that signs it: one query for the key and the header that the deployment trusts, since every record takes both.
-- Of the client itself it takes what stands in the token, already verified, and what it says of its request, bounded.
create or replace function authz.access_fields(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid, out fields text[], out key_id bigint, out inner_pad bytea, out outer_pad bytea
)
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_trusted_header text;
  v_headers jsonb;
  v_address inet;
begin
  select k.key_id, k.inner_pad, k.outer_pad, d.trusted_address_header
    into strict key_id, inner_pad, outer_pad, v_trusted_header
    from audit.access_keys as k
    left join authz.deployment_settings as d on true
   order by k.key_id desc
   limit 1;
  begin
    v_headers := nullif(current_setting('request.headers', true), '')::jsonb;
  exception
    when data_exception or program_limit_exceeded then -- whole classes: not JSON, a NUL escape, too deep
      null; -- illegible ones say nothing
  end;
  if v_trusted_header is not null then
    v_address := authz.client_address();
  end if;
  fields := array[
    trunc(extract(epoch from clock_timestamp()) * 1000000)::text,
    trunc(extract(epoch from statement_timestamp()) * 1000000)::text,
    trunc(extract(epoch from now()) * 1000000)::text,
    pg_backend_pid()::text,
    pg_current_xact_id_if_assigned()::text,
    realm,
    membership.user_id::text,
    membership.session_id::text,
    membership.role,
    membership.organisation_id::text,
    table_name,
    operation,
    level,
    outcome,
    reason,
    authz.printable(coalesce(nullif(current_setting('app.purpose', true), ''), v_headers ->> 'x-purpose'), 100),
    authz.printable(coalesce(nullif(current_setting('app.justification', true), ''), v_headers ->> 'x-justification'), 500),
    host(v_address),
    case when v_address is null then 'unknown' else 'edge' end,
    authz.printable(v_headers ->> 'user-agent', 400),
    row_id::text,
    patient_id::text
  ];
end
$$;
comment on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) is
  'What a record of the access log says, 22 texts in the order of docs/access-log.md, and the key that signs it. [N-35]';
revoke all on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) from public;
grant execute on function authz.access_fields(text, authz.membership, text, text, text, text, text, uuid, uuid) to cordon_definer;

-- authz.access_stamp: what the records of all rows that one statement discloses have in common, made once (InitPlan): what stands before the
-- organisation, what stands between it and the row, and a signature over both. Whoever calls authz.log_row with words of their own would have
-- them signed; it takes a stamp of the same transaction of the same session only, where it tells of nobody but the caller.
create or replace function authz.access_stamp(realm text, table_name text, operation text)
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_claims constant jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
  v_record record;
  v_head text;
  v_middle text;
begin
  if pg_is_in_recovery() then
    return null;
  end if;
  v_record := authz.access_fields(
    realm,
    row((v_claims ->> 'sub')::uuid, nullif(v_claims ->> 'session_id', '')::uuid, null, null),
    table_name, operation, 'comprehensive', 'disclosed', null, null, null
  );
  v_head := btrim(v_record.fields[2:9]::text, '{}');
  v_middle := btrim(v_record.fields[11:20]::text, '{}');
  return array[
    v_head,
    v_middle,
    encode(
      sha256(
        v_record.outer_pad
          || sha256(v_record.inner_pad || convert_to('stamp' || pg_backend_pid() || ' ' || extract(epoch from now()) || v_head || chr(10) || v_middle, 'UTF8'))
      ),
      'hex'
    )
  ];
end
$$;

-- authz.organisation_for: membership_for, where only the organisation is asked: of a branch's guard, and by functions. It asks for the caller
-- itself: one call less for whatever asks it.
create or replace function authz.organisation_for(required_roles text[], required_capabilities text[])
  returns uuid
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
begin
  -- Of whoever is no member both are NULL, and open nothing.
  if (cardinality(required_roles) = 0 or v_caller.role = any (required_roles))
    and v_caller.capabilities @> required_capabilities
  then
    return v_caller.member_of;
  end if;
  return null;
end
$$;

-- authz.treated_by: the one definition of treating. A relationship counts from its start to its end, half-open; a patient
-- may shut one person out, and nobody treats by a relationship of their own making (care_relationships says who writes).
create or replace function authz.treated_by(organisation_id uuid, user_id uuid, at timestamptz)
  returns uuid[]
  language plpgsql
  stable
  parallel restricted
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select array_agg(c.patient_id)
      from public.care_relationships as c
      where c.organisation_id = treated_by.organisation_id
        and c.user_id = treated_by.user_id
        and c.archived_at is null
        and c.starts_at <= at
        and (c.ends_at is null or c.ends_at > at)
        and c.patient_id <> all (
          array(
            select r.patient_id
            from public.access_restrictions as r
            where r.organisation_id = treated_by.organisation_id
              and r.restricted_user_id = treated_by.user_id
              and r.lifted_at is null
              and r.archived_at is null
          )
        )
    ),
    '{}'
  );
end
$$;

-- authz.emergency_patients: for whom the caller broke the glass. Empty for almost everybody almost always.
create or replace function authz.emergency_patients()
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_prefix constant text := v_caller.member_of::text;
begin
  return array(
    select v_prefix || p.id::text
    from unnest(authz.emergency_of(v_caller.member_of, v_caller.user_id, authz.now())) as p (id)
  );
end
$$;

-- authz.emit_access: writes one record into the WAL, where neither ROLLBACK nor an error takes it back and a READ ONLY transaction may write, too.
-- Signed, since whoever can call pg_logical_emit_message can write there: key id (8 bytes), HMAC-SHA-256 (32), and what is signed, the text of an
-- array (audit.access_payload reads it back). RFC 2104 over sha256(): the pads are computed when a key is made.
-- Private: whoever could call it could have anything signed. A comprehensive decision is on disk before its rows are disclosed, from PostgreSQL 17 on.
create or replace function authz.emit_access(
  realm text, membership authz.membership, table_name text, operation text, level text, outcome text, reason text,
  row_id uuid, patient_id uuid
)
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_record constant record := authz.access_fields(realm, membership, table_name, operation, level, outcome, reason, row_id, patient_id);
  v_payload constant bytea := convert_to(v_record.fields::text, 'UTF8');
  v_content constant bytea :=
    int8send(v_record.key_id) || sha256(v_record.outer_pad || sha256(v_record.inner_pad || v_payload)) || v_payload;
begin
  if level = 'comprehensive' and outcome = 'allowed' and nullif(current_setting('server_version_num'), '')::integer >= 170000 then
    perform pg_logical_emit_message(false, 'cordon.access', v_content, true);
  else
    perform pg_logical_emit_message(false, 'cordon.access', v_content);
  end if;
end
$$;

-- authz.emit_denial: writes down a denial, and which condition it was: computed here, since a decision that opens needs no reason. Of several rules it
-- names what the nearest one misses. On a standby the server's own log is all there is to write to.
create or replace function authz.emit_denial(realm text, table_name text, operation text, level text)
  returns void
  language plpgsql
  stable
  parallel unsafe
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_membership authz.membership;
  v_reason text;
begin
  -- A session that has ended still says whose it was.
  v_membership.user_id := coalesce(v_caller.user_id, authz.subject());
  v_membership.session_id := v_caller.session_id;
  v_membership.organisation_id := v_caller.organisation_id;
  if v_caller.user_id is null then
    v_reason := 'no_session';
  elsif realm = 'provider' and v_caller.member_of is not null then
    v_membership.organisation_id := v_caller.member_of;
    v_membership.role := v_caller.role;
    v_reason := authz.missing_condition(v_membership, v_caller.capabilities, table_name, operation);
  elsif realm = 'provider' then
    v_reason := case
      when v_caller.organisation_id is null
        and exists (select from authz.live_memberships as m where m.user_id = v_caller.user_id) then 'no_choice'
      else 'no_membership'
    end;
  elsif realm = 'internal_ops' then
    v_membership.role := (
      select m.role from public.ops_members as m where m.user_id = v_caller.user_id and m.is_active and m.archived_at is null
    );
    v_reason := case when v_membership.role is null then 'no_membership' else 'role' end;
  else
    v_reason := 'no_account';
  end if;
  if pg_is_in_recovery() then
    raise log 'cordon.access: % denied on %, reason %', operation, table_name, v_reason;
    return;
  end if;
  perform authz.emit_access(realm, v_membership, table_name, operation, level, 'denied', v_reason, null, null);
end
$$;

-- authz.membership_for: what the scalar of every provider policy asks. One call a statement (InitPlan), one membership probe by
-- index; NULL denies, and "= NULL" scans nothing. plpgsql because its plan is cached (a sql function is planned anew
-- in every statement); STABLE because an IMMUTABLE one would serve another tenant's rows from a prepared statement.
-- It gives who was let in, too: the record of the decision needs no second look, and cannot tell of somebody else.
create or replace function authz.membership_for(required_roles text[], required_capabilities text[])
  returns authz.membership
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
begin
  -- Of whoever is no member both are NULL, and open nothing.
  if (cardinality(required_roles) = 0 or v_caller.role = any (required_roles))
    and v_caller.capabilities @> required_capabilities
  then
    return row(v_caller.user_id, v_caller.session_id, v_caller.member_of, v_caller.role);
  end if;
  return null;
end
$$;

-- authz.membership_within: membership_for, at these hours, from these networks and for these purposes. What does not depend on the row
-- stays inside the scalar: a boolean beside it would filter every row of the tenant instead.
create or replace function authz.membership_within(
  required_roles text[], required_capabilities text[], required_hours integer[], required_network boolean,
  required_purposes text[]
)
  returns authz.membership
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_membership constant authz.membership := authz.membership_for(required_roles, required_capabilities);
begin
  if v_membership.organisation_id is null
    or (required_hours is not null and not authz.is_within_hours(v_membership.organisation_id, required_hours, authz.now()))
    or (cardinality(required_purposes) > 0 and authz.purpose() <> all (required_purposes))
  then
    return null;
  end if;
  -- Most organisations list no network: nobody needs an address then.
  if required_network
    and exists (
      select
      from public.organisation_networks as n
      where n.organisation_id = v_membership.organisation_id
        and n.archived_at is null
    )
  then
    if not authz.is_within_networks(v_membership.organisation_id, authz.client_address()) then
      return null;
    end if;
  end if;
  return v_membership;
end
$$;

-- authz.treated_patients: the caller's patients, each with the organisation where they are theirs: a policy compares both at
-- once. The hours ride along: a call of their own would verify the token once more.
create or replace function authz.treated_patients(required_hours integer[])
  returns text[]
  language plpgsql
  stable
  parallel unsafe
  security definer
  cost 1000
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_prefix constant text := v_caller.member_of::text;
begin
  if v_caller.member_of is null
    or (required_hours is not null and not authz.is_within_hours(v_caller.member_of, required_hours, authz.now()))
  then
    return '{}';
  end if;
  return array(
    select v_prefix || p.id::text
    from unnest(authz.treated_by(v_caller.member_of, v_caller.user_id, authz.now())) as p (id)
  );
end
$$;

-- public.redeem_read_ticket: the server signs for whoever has no way into Storage: once a ticket, while it lives and the rules still open
-- what it opened. It names the tenant as its every write does (S-05).
create or replace function public.redeem_read_ticket(organisation_id uuid, ticket_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_ticket record;
begin
  if current_setting('role') <> 'service_role' then
    raise exception 'tickets are redeemed by a server'
      using errcode = 'insufficient_privilege', hint = 'Call it with the server''s key.';
  end if;
  -- The second of two waits for the row, and finds it redeemed.
  update public.document_read_tickets as t
     set redeemed_at = clock_timestamp()
   where t.organisation_id = redeem_read_ticket.organisation_id
     and t.id = redeem_read_ticket.ticket_id
     and t.redeemed_at is null
     and t.revoked_at is null
     and t.archived_at is null
     and t.expires_at > clock_timestamp()
     and authz.may_read_document(t.organisation_id, t.document_id, t.realm, t.user_id, t.purpose)
  returning t.document_id, t.expires_at, t.session_id, t.user_id into v_ticket;
  if v_ticket.document_id is null
    or not exists (select from authz.live_sessions as s where s.id = v_ticket.session_id and s.user_id = v_ticket.user_id)
  then
    raise exception 'ticket not found'
      using errcode = 'CD010', hint = 'A ticket lives for sixty seconds, is redeemed once, and dies with what it opened: issue another.';
  end if;
  return (
    select jsonb_build_object(
      'bucket', d.bucket, 'path', d.object_path, 'sha256', d.sha256,
      'expires_in', greatest(1, floor(extract(epoch from v_ticket.expires_at - clock_timestamp()))::integer)
    )
    from public.documents as d
    where d.organisation_id = redeem_read_ticket.organisation_id
      and d.id = v_ticket.document_id
  );
end
$$;

revoke create on schema authz from cordon_definer;

grant select on authz.live_sessions to cordon_definer;

drop function authz.request_headers();
drop function authz.session_is_live(uuid, uuid);

-- migrate:down
