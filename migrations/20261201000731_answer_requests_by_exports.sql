-- migrate:up
-- Why: whoever held privacy_officer took a chart that nobody had asked for, and a request was completed with nothing given
-- Access: +3 grants, 3 definer functions
--   ~ authz.export_request is written, and runs with the rights of its owner
--   ~ public.export_subject is written, and runs with the rights of its owner
--   + authenticated may execute function public.export_subject(uuid, uuid)
--   + patient may execute function public.export_subject(uuid, uuid)
--   ~ authz.tg_subject_requests__exported is written, and runs with the rights of its owner
--   + authenticated may update (answered_otherwise) on public.subject_requests
--   widens: authz.tg_subject_requests__exported() is new, which 1 trigger asks
--   widens: clinic staff can now call public.export_subject(uuid, uuid), which acts with the rights of cordon_definer
--   widens: clinic staff can now change public.subject_requests (answered_otherwise) too
--   widens: clinic staff can now read public.subject_requests (answered_otherwise) too
--   widens: patients can now call public.export_subject(uuid, uuid), which acts with the rights of cordon_definer
--   widens: patients can now read public.subject_requests (answered_otherwise) too
--   widens: the service role can now add to public.subject_requests (answered_otherwise) too
--   widens: the service role can now change public.subject_requests (answered_otherwise) too
--   widens: the service role can now read public.subject_requests (answered_otherwise) too
--   widens: the trigger _080_no_secrets guards public.subject_requests by another definition
--   widens: the trigger _085_words guards public.subject_requests by another definition
--   widens: the trigger _320_exported now guards public.subject_requests
-- Locks: 1 existing table, until the migration commits
--   ACCESS EXCLUSIVE public.subject_requests

set local lock_timeout = '5s';
set local statement_timeout = '60s';

drop function public.export_subject(uuid);

-- The next migrations look at the rows.
alter table public.subject_requests
  add column answered_otherwise text,
  add constraint subject_requests_answered_otherwise_check
    check (status = 'completed' and length(answered_otherwise) between 10 and 300 or answered_otherwise is null) not valid;
comment on column public.subject_requests.answered_otherwise is
  'Where it was completed by another way than the one that the database sees: how.';

-- Composed from functions/, policies/ and triggers/. Edit those, then run `npm run db:new -- --amend`.

grant create on schema authz, public to cordon_definer;

-- authz.export_request: the request by which the privacy officer may take everything that is held of a patient: for access or portability, and not
-- answered yet. What nobody asked for is a chart read without treating, consent or hours. Where none is named, the only one there is.
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
begin
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
  -- Locked: who answers it meanwhile waits, or is seen.
  for v_request in
    select r.id
    from public.subject_requests as r
    where r.organisation_id = export_request.organisation_id
      and r.patient_id = export_request.patient_id
      and r.id = coalesce(export_request.request_id, r.id)
      and r.kind in ('access', 'portability')
      and r.status = 'in_progress'
      and r.archived_at is null
    order by r.id
    for share
  loop
    if v_request_id is not null then
      raise exception 'the patient asked more than once'
        using errcode = 'CD013', hint = 'Name the request that this export answers: export_subject(patient_id, request_id).';
    end if;
    v_request_id := v_request.id;
  end loop;
  if v_request_id is null then
    perform authz.emit_refusal('subject_export', 'SELECT', export_request.organisation_id, export_request.patient_id, 'request');
    raise exception 'nobody asked for this export'
      using errcode = 'CD013', hint = 'Take up the patient''s request of kind access or portability first: status in_progress.';
  end if;
  return v_request_id;
end
$$;
comment on function authz.export_request(uuid, uuid, uuid) is
  'The request for access or portability of a patient that is under way, locked: the one that is named, or the only one. CD010 for no such request of the patient, CD013 for one of another kind or not under way, for none, or for several where none is named. [N-49]';
alter function authz.export_request(uuid, uuid, uuid) owner to cordon_definer;
revoke all on function authz.export_request(uuid, uuid, uuid) from public;

-- public.export_subject: everything that an organisation holds of a patient, for themselves or by the privacy officer (LGPD art. 18 II and V):
-- the tables are found by the graph of foreign keys, so that none is forgotten; what is left out is named with its reason; and the export itself is
-- a disclosure, with the digest of what it gave. The officer sees charts that they do not treat: it takes the patient's request, under way, which the
-- disclosure names, and counts as a restricted read. Who is refused stands in the access log.
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
  'Everything held of a patient {format, export: {organisation_id, patient_id, exported_at, tables, left_out}, export_sha256}; the digest is of PostgreSQL''s text of export. Recorded as a disclosure, and in the access log: of the privacy officer as a read, for the request of the patient that is under way. 42501 for who is neither the privacy officer nor a patient with a session, CD010 for no such patient or request, CD013 where the officer has no request for access or portability in_progress, or several and names none, CD041 beyond the limit of restricted reads. [N-35, N-37, N-39, N-49, N-52]';
alter function public.export_subject(uuid, uuid) owner to cordon_definer;
revoke all on function public.export_subject(uuid, uuid) from public;
grant execute on function public.export_subject(uuid, uuid) to authenticated, patient;

-- authz.tg_subject_requests__exported: who asked for their data was given it, or is told how else they were answered: nobody's word alone says that it
-- was done. What the patient took on the portal counts, and what was handed over by hand and recorded.
create or replace function authz.tg_subject_requests__exported()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if old.resolved_at is not null and new.answered_otherwise is distinct from old.answered_otherwise then
    raise exception 'how a request was answered stays what was told'
      using errcode = 'CD014', hint = 'Take down another request: it is answered on its own.';
  end if;
  if new.kind in ('access', 'portability')
    and new.status = 'completed'
    and old.status <> 'completed'
    and new.answered_otherwise is null
    and not exists (
      select
      from public.disclosures as d
      where d.organisation_id = new.organisation_id
        and d.patient_id = new.patient_id
        and d.recipient_kind = 'patient'
        and d.purpose = 'subject_access'
        and d.source_table in ('public.export_subject', 'public.record_disclosure_made')
        and d.disclosed_at >= new.created_at
    )
  then
    raise exception 'nothing was given to who asked for their data'
      using errcode = 'CD013',
        hint = 'Take it up (in_progress) and call export_subject; or say in answered_otherwise how it was answered; or refuse it, and say on which ground.';
  end if;
  return new;
end
$$;
comment on function authz.tg_subject_requests__exported() is
  'Refuses with CD013 to complete a request for access or portability without an export since it came in, or a word on how else it was answered; with CD014 another word after the answer. [N-49]';
alter function authz.tg_subject_requests__exported() owner to cordon_definer;
revoke all on function authz.tg_subject_requests__exported() from public;

revoke create on schema authz, public from cordon_definer;

comment on policy definer_select on public.subject_requests is
  'definer functions may read every row (authz.erasure_request, authz.export_request: what the officer may erase and export by; authz.simulate: explains a decision by what it depends on). [N-08, N-49]';

create or replace trigger _080_no_secrets
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__no_secrets('subject_requests', 'refusal_basis', 'answered_otherwise');
alter table public.subject_requests enable always trigger _080_no_secrets;

create or replace trigger _085_words
  before insert or update on public.subject_requests
  for each row
  execute function authz.tg__words('subject_requests', 'refusal_basis', '1', 'answered_otherwise', '10');
alter table public.subject_requests enable always trigger _085_words;
comment on trigger _085_words on public.subject_requests is
  'Refuses a ground or an answer that nobody sees. [N-49]';

create or replace trigger _320_exported
  before update on public.subject_requests
  for each row
  execute function authz.tg_subject_requests__exported();
alter table public.subject_requests enable always trigger _320_exported;
comment on trigger _320_exported on public.subject_requests is
  'Lets a request for access or portability be completed by an export, or with a word on how else. [N-49]';

grant update (answered_otherwise) on public.subject_requests to authenticated;

-- migrate:down
