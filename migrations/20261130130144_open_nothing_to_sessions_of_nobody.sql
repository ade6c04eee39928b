-- migrate:up
-- Why: A session that began anonymous opens nothing once its login has an address (S-14); a timeline that was taken and rolled back, or refused, is on record, without what turns a text's direction (N-35).
-- Side: operations
-- Access: 2 definer functions
--   ~ authz.caller is written, and runs with the rights of its owner
--   ~ public.export_case_timeline is written, and runs with the rights of its owner
--   widens: authz.caller(), which 71 functions, 403 policies, 169 triggers and 2 views ask, has another text
--   widens: authz.printable(text, integer), which 12 functions, 246 policies and 9 triggers ask, has another text
--   widens: public.export_case_timeline(uuid, text, uuid), callable by clinic staff and operations, has another text
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- By hand: the DDL of tables, views and indexes goes here.

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

-- authz.caller: who calls, verified, the organisation that they ask to act in, not verified, and their live membership there, if any. Every scalar
-- of every policy begins here, so it is one function with one query: readers of claims, session, organisation and membership
-- of their own cost 20 µs more a call.
--
-- Identity comes from the verified token's claims alone (never user_metadata, never the legacy request.jwt.claim.* settings, which
-- auth.uid() still prefers). No user where the token opens nothing: no subject, an anonymous sign-in, a link or code from a mail (S-14),
-- a session that has ended, or no session where the deployment demands one. Supabase Auth calls a recovery link "otp" unless it is
-- redeemed by PKCE, and takes it where a magic link is asked for: whoever shows nothing but a mailbox may choose a password, and no more. Nor does a
-- session that began as nobody's become one by the address that its login is given later, when the token says is_anonymous no more.
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
      or v_claims @? '$.amr[*].method ? (@ == "recovery" || @ == "otp" || @ == "magiclink" || @ == "invite" || @ == "email/signup" || @ == "email_change" || @ == "anonymous")'
      or v_claims -> 'amr' ?| '{recovery,otp,magiclink,invite,email/signup,email_change,anonymous}'
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

-- public.export_case_timeline: what happened in a case, for an insurer, an auditor or an authority that has to judge it. Nobody outside a tenant gets a
-- row: they get this text, and the patient is told that they did. It holds the log's own rows, ids and states: no name, no free text, nothing of the
-- chart. An insurer gets it where the patient consents to that, or another legal basis stands in for it. Who is refused stands in the access log.
create or replace function public.export_case_timeline(case_id uuid, recipient_kind text default 'insurer', organisation_id uuid default null)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_operations constant boolean := authz.acting_realm() = 'internal_ops' and authz.is_operator('{ops_agent,auditor}');
  v_caller constant record := authz.caller();
  v_utc constant text := 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"';
  v_tenant uuid;
  v_case record;
  v_timeline text;
begin
  if authz.acting_realm() = 'provider' then
    v_tenant := coalesce(authz.organisation_for('{clinic_admin}', '{}'), authz.organisation_for('{}', '{privacy_officer}'));
  end if;
  if v_tenant is null and not v_is_operations then
    perform authz.emit_refusal('case_timeline', 'SELECT', null, null, 'role');
    raise exception 'a case''s timeline is not yours to export'
      using errcode = 'insufficient_privilege',
        hint = 'It takes a clinic_admin or the privacy officer of the clinic, or an agent or auditor of operations.';
  end if;
  if export_case_timeline.recipient_kind is null or export_case_timeline.recipient_kind not in ('insurer', 'auditor', 'authority') then
    raise exception 'this recipient gets no timeline'
      using errcode = 'invalid_parameter_value', hint = 'Use insurer, auditor or authority.';
  end if;
  -- What was withdrawn a moment ago is no consent.
  perform authz.require_read_committed();
  begin
    select c.organisation_id, c.patient_id, c.number, c.status
      into strict v_case
      from public.cases as c
     where c.id = export_case_timeline.case_id
       and c.organisation_id = coalesce(v_tenant, export_case_timeline.organisation_id, c.organisation_id)
       and c.organisation_id = coalesce(export_case_timeline.organisation_id, c.organisation_id)
       -- Of operations' own: what they were handed over, closed cases too, since claims outlive them.
       and (v_tenant is not null or c.handed_off_at is not null)
       and c.archived_at is null;
  exception
    when no_data_found or too_many_rows then
      perform authz.emit_refusal('case_timeline', 'SELECT', v_tenant, null, 'not_found');
      raise exception 'case not found'
        using errcode = 'CD010',
          hint = 'Name a case of the current organisation; operations name one handed over to them, and the organisation where two share an id.';
  end;
  -- As dispatch_transfer does: a withdrawal that is under way is waited for, and seen. Else the patient would read of a disclosure after it.
  if export_case_timeline.recipient_kind = 'insurer' then
    perform authz.lock_chart(v_case.organisation_id, v_case.patient_id);
  end if;
  if export_case_timeline.recipient_kind = 'insurer' and not exists (
    select
    from public.consents as c
    where c.organisation_id = v_case.organisation_id
      and c.patient_id = v_case.patient_id
      and c.purpose = 'insurer_disclosure'
      and c.status = 'active'
      and c.archived_at is null
      and least(c.expires_at, c.superseded_at, 'infinity') > authz.now()
  ) then
    perform authz.emit_refusal('case_timeline', 'SELECT', v_case.organisation_id, v_case.patient_id, 'consent');
    raise exception 'the patient consents to no disclosure to insurers'
      using errcode = 'insufficient_privilege',
        hint = 'It takes an active consent to insurer_disclosure, or another legal basis for it: rely_on_legal_basis.';
  end if;
  v_timeline := jsonb_build_object(
    'organisation_id', v_case.organisation_id, 'case_id', export_case_timeline.case_id, 'case_number', v_case.number, 'status', v_case.status,
    'recipient_kind', export_case_timeline.recipient_kind,
    'exported_at', to_char(clock_timestamp() at time zone 'UTC', v_utc),
    'events', (
      select coalesce(
        jsonb_agg(
          jsonb_build_object(
            'id', l.id, 'occurred_at', to_char(l.occurred_at at time zone 'UTC', v_utc), 'event_type', l.event_type,
            'entity_type', l.entity_type, 'entity_id', l.entity_id, 'actor_user_id', l.actor_user_id, 'actor_realm', l.actor_realm,
            'details', l.details
          )
          order by l.occurred_at, l.id
        ),
        '[]'
      )
      from public.case_activity_log as l
      where l.organisation_id = v_case.organisation_id
        and l.case_id = export_case_timeline.case_id
    )
  )::text;
  -- Whoever rolls back has the text all the same: the patient is told that it was taken, though not that it left.
  perform authz.emit_access(
    case when v_is_operations then 'internal_ops' else 'provider' end,
    row(v_caller.user_id, v_caller.session_id, v_case.organisation_id, v_caller.role)::authz.membership, 'case_timeline', 'SELECT',
    'comprehensive', 'disclosed', null, export_case_timeline.case_id, v_case.patient_id
  );
  perform authz.record_disclosure(
    v_case.organisation_id, v_case.patient_id, export_case_timeline.recipient_kind, null,
    case export_case_timeline.recipient_kind when 'insurer' then 'insurer_disclosure' else 'general_operations' end,
    '{public.case_activity_log}', 'public.export_case_timeline', export_case_timeline.case_id, authz.digest(v_timeline)
  );
  perform authz.record_security_event(v_case.organisation_id, 'data.exported', export_case_timeline.case_id, '{"kind": "case_timeline"}');
  return jsonb_build_object(
    'format', 'cordon.case-timeline.1', 'timeline', v_timeline, 'timeline_sha256', authz.digest(v_timeline)
  );
end
$$;
comment on function public.export_case_timeline(uuid, text, uuid) is
  'What happened in a case, for an insurer, auditor or authority {format, timeline, timeline_sha256}; timeline is the JSON text that the digest is of: {organisation_id, case_id, case_number, status, recipient_kind, exported_at, events}. Recorded as a disclosure, in audit.security_events, and as a read. Operations name the organisation where two cases share an id. 42501 for who may export none, and for an insurer without the patient''s consent to insurer_disclosure, 22023 for another recipient, CD007 above READ COMMITTED, CD010 for no such case. [N-35, N-37, N-45, S-20]';

-- migrate:down
