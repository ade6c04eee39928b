-- public.export_subject: everything that an organisation holds of a patient, for themselves or by the privacy officer (LGPD art. 18 II and V):
-- the tables are found by the graph of foreign keys, so that none is forgotten; what is left out is named with its reason; and the export itself is
-- a disclosure, with the digest of what it gave. The officer sees charts that they do not treat: it takes the patient's request, under way and taken down
-- by somebody else, which the disclosure names, and counts as a restricted read. Who is refused stands in the access log.
create or replace function public.export_subject(patient_id uuid, request_id uuid default null)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant record := authz.caller();
  v_is_patient constant boolean := authz.acting_realm() = 'patient';
  v_officer_of uuid;
  v_tenant uuid;
  v_request_id uuid;
  v_export jsonb;
  v_tables text[];
begin
  if authz.acting_realm() = 'provider' then
    v_officer_of := authz.organisation_for('{}', '{privacy_officer}');
  end if;
  if v_caller.session_id is null or (not v_is_patient and v_officer_of is null) then
    perform authz.emit_refusal('subject_export', 'SELECT', null, null, 'role');
    raise exception 'a patient''s data is not yours to export'
      using errcode = 'insufficient_privilege', hint = 'It takes the patient, or the privacy officer, signed in with a session.';
  end if;
  if not v_is_patient then
    perform authz.count_restricted_read();
  end if;
  begin
    select p.organisation_id
      into strict v_tenant
      from public.patients as p
     where p.id = export_subject.patient_id
       and case
         when v_is_patient then
           authz.is_own_patient(p.organisation_id, p.id)
           and p.organisation_id = coalesce(v_caller.organisation_id, p.organisation_id)
         else p.organisation_id = v_officer_of
       end;
  exception
    when no_data_found or too_many_rows then
      perform authz.emit_refusal('subject_export', 'SELECT', v_officer_of, null, 'not_found');
      raise exception 'patient not found'
        using errcode = 'CD010', hint = 'Name a patient of the current organisation; on the portal, one of your own.';
  end;
  if not v_is_patient then
    v_request_id := authz.export_request(v_tenant, export_subject.patient_id, export_subject.request_id);
  end if;
  select jsonb_build_object(
      'organisation_id', v_tenant,
      'patient_id', export_subject.patient_id,
      'exported_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
      'tables', jsonb_object_agg(r.relation, r.content) filter (where r.content is not null),
      'left_out', jsonb_object_agg(r.relation, r.left_out) filter (where r.left_out <> '{}')
    ),
    array_agg(r.relation order by r.relation) filter (where r.content <> '[]')
    into v_export, v_tables
    from governance.subject_rows(v_tenant, export_subject.patient_id) as r;
  -- Whoever exports for the patient has read all of it, as a member of staff: the patient is told, as of any other who saw their record. On the portal it
  -- is a decision that stands there as any of the portal's does; a rollback takes back neither.
  if v_is_patient then
    perform authz.emit_access(
      'patient', row(v_caller.user_id, v_caller.session_id, v_tenant, null)::authz.membership, 'subject_export', 'SELECT', 'detailed', 'allowed',
      null, null, export_subject.patient_id
    );
  else
    perform authz.emit_access(
      'provider', authz.membership_for('{}', '{privacy_officer}'), 'subject_export', 'SELECT', 'comprehensive', 'disclosed', null,
      export_subject.patient_id, export_subject.patient_id
    );
  end if;
  perform authz.record_disclosure(
    v_tenant, export_subject.patient_id, 'patient', v_tenant, 'subject_access', v_tables, 'public.export_subject', v_request_id,
    authz.digest(v_export::text)
  );
  perform authz.record_security_event(v_tenant, 'data.exported', export_subject.patient_id, '{"kind": "subject"}');
  return jsonb_build_object(
    'format', 'cordon.subject-export.1', 'export', v_export, 'export_sha256', authz.digest(v_export::text)
  );
end
$$;
comment on function public.export_subject(uuid, uuid) is
  'Everything held of a patient {format, export: {organisation_id, patient_id, exported_at, tables, left_out}, export_sha256}; the digest is of PostgreSQL''s text of export. Recorded as a disclosure, and in the access log: of the privacy officer as a read, for the request of the patient that is under way. 42501 for who is neither the privacy officer nor a patient with a session, CD010 for no such patient or request, CD013 where the officer has no request for access or portability in_progress, or several and names none, or has exported for it three times, CD008 where they took it down themselves, CD041 beyond the limit of restricted reads. [N-35, N-37, N-39, N-49, N-52]';
alter function public.export_subject(uuid, uuid) owner to cordon_definer;
revoke all on function public.export_subject(uuid, uuid) from public;
grant execute on function public.export_subject(uuid, uuid) to authenticated, patient;
