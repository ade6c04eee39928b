-- authz.export_request: the request by which the privacy officer may take everything that is held of a patient: for access or portability, and not
-- answered yet. What nobody asked for is a chart read without treating, consent or hours, and whoever takes down a request that opens it to
-- themselves says so of nobody but themselves: somebody else has heard the patient, or has seen the letter. A request opens it three times, since a
-- copy gets lost; for more the patient asks again. Where none is named, the only one there is.
create or replace function authz.export_request(organisation_id uuid, patient_id uuid, request_id uuid)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_request record;
  v_request_id uuid;
  v_taken_down_by uuid;
begin
  -- An older snapshot does not show what another officer has just taken for it.
  perform authz.require_read_committed();
  if export_request.request_id is not null and not exists (
    select
    from public.subject_requests as r
    where r.organisation_id = export_request.organisation_id
      and r.id = export_request.request_id
      and r.patient_id = export_request.patient_id
      and r.archived_at is null
  ) then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'not_found');
    raise exception 'request not found'
      using errcode = 'CD010', hint = 'Name a subject request of this patient, of the current organisation.';
  end if;
  -- Locked: who answers it meanwhile, or exports for it too, waits, or is seen.
  for v_request in
    select r.id, r.created_by_user_id
    from public.subject_requests as r
    where r.organisation_id = export_request.organisation_id
      and r.patient_id = export_request.patient_id
      and r.id = coalesce(export_request.request_id, r.id)
      and r.kind in ('access', 'portability')
      and r.status = 'in_progress'
      and r.archived_at is null
    order by r.id
    for no key update
  loop
    if v_request_id is not null then
      raise exception 'the patient asked more than once'
        using errcode = 'CD013', hint = 'Name the request that this export answers: export_subject(patient_id, request_id).';
    end if;
    v_request_id := v_request.id;
    v_taken_down_by := v_request.created_by_user_id;
  end loop;
  if v_request_id is null then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'nobody asked for this export'
      using errcode = 'CD013', hint = 'Take up the patient''s request of kind access or portability first: status in_progress.';
  end if;
  if v_taken_down_by = authz.user_id() then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'you took this request down yourself'
      using errcode = 'CD008', hint = 'Reception or a clinic_admin takes it down, or the patient files it on the portal; or another privacy officer exports for it.';
  end if;
  if (
    select count(*)
    from public.disclosures as d
    where d.organisation_id = export_request.organisation_id
      and d.patient_id = export_request.patient_id
      and d.source_table = 'public.export_subject'
      and d.source_id = v_request_id
  ) >= 3 then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'this request has been answered with an export three times'
      using errcode = 'CD013', hint = 'Complete it; a patient who needs another copy takes it on the portal, or asks again.';
  end if;
  return v_request_id;
end
$$;
comment on function authz.export_request(uuid, uuid, uuid) is
  'The request for access or portability of a patient that is under way, locked: the one that is named, or the only one. CD010 for no such request of the patient, CD013 for one of another kind or not under way, for none, for several where none is named, or for one that was exported for three times, CD008 for one that the caller took down, CD007 above READ COMMITTED. [N-49]';
alter function authz.export_request(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.export_request(uuid, uuid, uuid) from public;
