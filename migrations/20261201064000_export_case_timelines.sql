-- migrate:up
-- Why: an insurer, an auditor or an authority gets the timeline of a case as an export that the patient is told of (S-20)
-- Side: operations
-- Access: +2 grants, 1 definer function
--   ~ public.export_case_timeline is written, and runs with the rights of its owner
--   + authenticated may execute function public.export_case_timeline(uuid, text, uuid, text, text)
--   + internal_ops may execute function public.export_case_timeline(uuid, text, uuid, text, text)
-- Locks: none on existing tables

set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema public to cordon_definer;

-- public.export_case_timeline: what happened in a case, for an insurer, an auditor or an authority that has to judge it. Nobody outside a tenant gets a
-- row: they get this text, and the patient is told that they did. It holds the log's own rows, ids and states: no name, no free text, nothing of the
-- chart. An insurer gets it where the patient consents to that, or another legal basis stands in for it; an authority by its name, and by the order or
-- the law that asks for it. Who is refused stands in the access log.
create or replace function public.export_case_timeline(
  case_id uuid, recipient_kind text default 'insurer', organisation_id uuid default null, recipient_name text default null,
  legal_ground text default null
)
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
  v_name constant text := nullif(authz.trimmed(recipient_name), '');
  v_ground constant text := nullif(authz.trimmed(legal_ground), '');
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
  if (export_case_timeline.recipient_kind = 'authority' and (v_name is null or v_ground is null))
    or length(v_name) not between 2 and 300
    or length(v_ground) not between 5 and 500
  then
    raise exception 'an export to an authority takes its name and its ground'
      using errcode = 'CD020',
        hint = 'Give recipient_name in 2 to 300 characters, and in legal_ground, in 5 to 500, the order or the law that asks for it.';
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
    perform authz.lock_chart(v_case.organisation_id, v_case.patient_id, 'insurer_disclosure');
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
    -- Nothing rests on a generic consent (LGPD art. 8 par. 4).
    case export_case_timeline.recipient_kind when 'insurer' then 'insurer_disclosure' when 'authority' then 'legal_obligation' else 'audit' end,
    '{public.case_activity_log}', 'public.export_case_timeline', export_case_timeline.case_id, authz.digest(v_timeline), v_name, v_ground
  );
  perform authz.record_security_event(v_case.organisation_id, 'data.exported', export_case_timeline.case_id, '{"kind": "case_timeline"}');
  return jsonb_build_object(
    'format', 'cordon.case-timeline.1', 'timeline', v_timeline, 'timeline_sha256', authz.digest(v_timeline)
  );
end
$$;
comment on function public.export_case_timeline(uuid, text, uuid, text, text) is
  'What happened in a case, for an insurer, auditor or authority {format, timeline, timeline_sha256}; timeline is the JSON text that the digest is of: {organisation_id, case_id, case_number, status, recipient_kind, exported_at, events}. Recorded as a disclosure, with name and ground of the recipient, in audit.security_events, and as a read. Operations name the organisation where two cases share an id. 42501 for who may export none, and for an insurer without the patient''s consent to insurer_disclosure, 22023 for another recipient, CD007 above READ COMMITTED, CD010 for no such case, CD016 for a number in name or ground, CD020 for an authority without name and ground. [N-35, N-37, N-45, S-20]';
alter function public.export_case_timeline(uuid, text, uuid, text, text) owner to cordon_definer;
revoke all on function public.export_case_timeline(uuid, text, uuid, text, text) from public;
grant execute on function public.export_case_timeline(uuid, text, uuid, text, text) to authenticated, internal_ops;

revoke create on schema public from cordon_definer;

-- migrate:down
