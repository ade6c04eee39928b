-- governance.erase_rows: what an erasure destroys of a patient, what stays, why and until when; and that it is all of theirs, and of nobody else.
begin;
select plan(21);

-- What it says of one patient, with another rule or row beside, or what a look around finds afterwards; all of it taken back.
create function pg_temp.erased(change text default null, patient text default '01', look text default null) returns jsonb language plpgsql as $$
declare
  v_said jsonb;
begin
  begin
    if change is not null then
      execute change;
    end if;
    v_said := governance.erase_rows('a0000000-0000-7000-8000-000000000001', ('a3000000-0000-7000-8000-0000000000' || patient)::uuid, '00000000-0000-7000-8000-0000000000f1');
    if look is not null then
      execute look into v_said;
    end if;
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then return v_said;
    when others then return jsonb_build_object('refused', sqlstate || ' ' || sqlerrm);
  end;
end
$$;
create function pg_temp.told(said jsonb, part text) returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', split_part(e ->> 'table', '.', 2) || case e ->> 'column' when '*' then '' else '.' || (e ->> 'column') end, e ->> 'rows', round(extract(epoch from (e ->> 'until')::timestamptz - now()) / 31557600)), ', ' order by n), said ->> 'refused', 'nothing')
  from jsonb_array_elements(said -> part) with ordinality as x (e, n)
$$;
-- How many rows of each table are somebody else's, of this clinic or another.
create function pg_temp.census() returns text language plpgsql as $$
declare
  v_relation text;
  v_rows bigint;
  v_all text := '';
begin
  for v_relation in select g.relation from governance.subject_graph() as g where exists (select from pg_attribute as a where a.attrelid = g.relation::regclass and a.attname = 'patient_id') loop
    execute format('select count(*) from %s as t where (t.organisation_id, t.patient_id) is distinct from (%L::uuid, %L::uuid)', v_relation, 'a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001') into v_rows;
    v_all := concat_ws(' ', v_all, v_relation, v_rows);
  end loop;
  return v_all;
end
$$;
select is(pg_temp.told(pg_temp.erased(), 'destroyed'), 'transfer_jobs.packet 1, transfers.destination 2, transfers.pickup 2, document_upload_grants 2, patient_identity.email 1, patient_identity.nationality 1, patient_identity.phone 1',
  'what nothing asks to keep is destroyed: where they were driven, how to reach them, grants that serve nobody [N-49 +]');
select is(pg_temp.told(pg_temp.erased(), 'kept'), 'signed_form_evidence 1 20, payments 1 12, invoice_lines 2 12, transfers 2, subject_request_evidence 1 7, signed_forms 2 20, medical_record_details 2 20, invoices 2 12, emergency_access_reasons 2 7, case_activity_log 17, appointment_reasons 1 20, subject_requests 1, patient_identity 1 20, patient_clinical 1 20, patient_accounts 1 20, medical_records 3 20, emergency_access_grants 2 7, documents 2 20, document_read_tickets 1 7, disclosures 2, consents 2 20, cases 1, care_relationships 3 20, appointments 1 20, admissions 1, access_restrictions 1 20, security_events 3, patients 1, patients.full_name 1 20, patients.language 1 20, patients.mrn 1 20',
  'what a law asks for stays, until when it says [N-49 +]');
select is((pg_temp.erased()->'kept'->0->>'basis') || ' ' || (pg_temp.erased()->>'patient_id'), 'proof of what was signed: LGPD art. 8 par. 2, 21 CFR 11.10(e) a3000000-0000-7000-8000-000000000001',
  'and why, of that patient [N-49 +]');
select is(pg_temp.told(pg_temp.erased(patient => '99'), 'destroyed') || ' ' || pg_temp.told(pg_temp.erased(patient => '99'), 'kept'), 'nothing nothing',
  'of whom there is nothing, nothing is destroyed or kept [N-49 -]');
select is(pg_temp.told(pg_temp.erased($$ delete from governance.erasure_rules where table_name = 'documents' and column_name = '*' $$), 'kept'), 'CD020 no rule says what erasure does with a table',
  'a table that no rule speaks of stops it [N-49 -]');
select is(pg_temp.told(pg_temp.erased($$ update governance.erasure_rules set kept_for = null $$), 'destroyed'), 'transfer_jobs.packet 1, signed_form_evidence 1, payments 1, invoice_lines 2, transfers.destination 2, transfers.pickup 2, subject_request_evidence 1, signed_forms 2, medical_record_details 2, invoices 2, emergency_access_reasons 2, document_upload_grants 2, appointment_reasons 1, patient_identity 1, patient_clinical 1, patient_accounts 1, medical_records 3, emergency_access_grants 2, documents 2, document_read_tickets 1, consents 2, care_relationships 3, appointments 1, access_restrictions 1, patients.full_name 1, patients.language 1, patients.mrn 1, profiles.display_name 1',
  'where no law keeps it any more, all of it goes, and their login''s name [N-49 +]');
select is(pg_temp.told(pg_temp.erased($$ update governance.erasure_rules set kept_for = null $$), 'kept'), 'transfers 2, case_activity_log 17, subject_requests 1, disclosures 2, cases 1, admissions 1, security_events 3, patients 1, objects 2, users 1',
  'but ids that logs hang on, files that a server takes out, and the login that the platform has [N-49 +]');
select is(pg_temp.told(pg_temp.erased($$ update governance.erasure_rules set kept_for = null where table_name <> 'medical_record_details' $$), 'destroyed'), 'transfer_jobs.packet 1, signed_form_evidence 1, payments 1, invoice_lines 2, transfers.destination 2, transfers.pickup 2, subject_request_evidence 1, signed_forms 2, invoices 2, emergency_access_reasons 2, document_upload_grants 2, appointment_reasons 1, patient_identity 1, patient_clinical 1, patient_accounts 1, medical_records 1, emergency_access_grants 2, documents 2, document_read_tickets 1, consents 2, care_relationships 3, appointments 1, access_restrictions 1, patients.full_name 1, patients.language 1, patients.mrn 1, profiles.display_name 1',
  'what is kept keeps what it refers to [N-49 +]');
select is(pg_temp.told(pg_temp.erased($$ update governance.erasure_rules set kept_for = null where table_name <> 'medical_record_details' $$), 'kept'), 'transfers 2, medical_record_details 2 20, case_activity_log 17, subject_requests 1, disclosures 2, cases 1, admissions 1, security_events 3, patients 1, medical_records 2, objects 2, users 1',
  'and says so [N-49 +]');
select is(pg_temp.told(pg_temp.erased($$ update governance.erasure_rules set kept_for = null; alter table public.organisation_members disable trigger user; insert into public.organisation_members (organisation_id, user_id, role) values ('b0000000-0000-7000-8000-000000000001', 'a2000000-0000-7000-8000-000000000001', 'nurse') $$), 'destroyed'), 'transfer_jobs.packet 1, signed_form_evidence 1, payments 1, invoice_lines 2, transfers.destination 2, transfers.pickup 2, subject_request_evidence 1, signed_forms 2, medical_record_details 2, invoices 2, emergency_access_reasons 2, document_upload_grants 2, appointment_reasons 1, patient_identity 1, patient_clinical 1, patient_accounts 1, medical_records 3, emergency_access_grants 2, documents 2, document_read_tickets 1, consents 2, care_relationships 3, appointments 1, access_restrictions 1, patients.full_name 1, patients.language 1, patients.mrn 1',
  'a login that works elsewhere keeps its name [N-49 -]');
select is(pg_temp.told(pg_temp.erased($$ update governance.erasure_rules set kept_for = null; alter table public.patient_accounts disable trigger user; update public.patient_accounts set confirmed_at = null where user_id = 'a2000000-0000-7000-8000-000000000001'; alter table public.patient_accounts enable trigger user $$), 'destroyed'), 'transfer_jobs.packet 1, signed_form_evidence 1, payments 1, invoice_lines 2, transfers.destination 2, transfers.pickup 2, subject_request_evidence 1, signed_forms 2, medical_record_details 2, invoices 2, emergency_access_reasons 2, document_upload_grants 2, appointment_reasons 1, patient_identity 1, patient_clinical 1, patient_accounts 1, medical_records 3, emergency_access_grants 2, documents 2, document_read_tickets 1, consents 2, care_relationships 3, appointments 1, access_restrictions 1, patients.full_name 1, patients.language 1, patients.mrn 1',
  'a login that was only proposed may be anybody''s [N-49 -]');
select is(pg_temp.told(pg_temp.erased($$ update governance.erasure_rules set kept_for = null; alter table public.patient_accounts disable trigger user; update public.patient_accounts set relationship = 'proxy' where user_id = 'a2000000-0000-7000-8000-000000000001'; alter table public.patient_accounts enable trigger user $$), 'kept'), 'transfers 2, case_activity_log 17, subject_requests 1, disclosures 2, cases 1, admissions 1, security_events 3, patients 1, objects 2',
  'nor is a proxy''s the patient''s [N-49 -]');
select is(pg_temp.told(pg_temp.erased($$ set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001'; insert into public.legal_holds (organisation_id, patient_id, reason) values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'a dispute about money'); alter table public.legal_holds disable trigger user; update public.legal_holds set created_at = created_at where reason = 'a dispute about money'; alter table public.legal_holds enable trigger user $$), 'kept'), 'CD020 a legal hold keeps this data',
  'a legal hold of theirs stops it [N-49 -]');
select is(pg_temp.told(pg_temp.erased($$ set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001'; insert into public.legal_holds (organisation_id, patient_id, reason) values ('a0000000-0000-7000-8000-000000000001', null, 'a dispute about money'); alter table public.legal_holds disable trigger user; update public.legal_holds set created_at = created_at where reason = 'a dispute about money'; alter table public.legal_holds enable trigger user $$), 'kept'), 'CD020 a legal hold keeps this data',
  'and one of everybody [N-49 -]');
select is(left(pg_temp.told(pg_temp.erased($$ set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001'; insert into public.legal_holds (organisation_id, patient_id, reason) values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'a dispute about money'); alter table public.legal_holds disable trigger user; update public.legal_holds set created_at = created_at where reason = 'a dispute about money'; alter table public.legal_holds enable trigger user $$), 'destroyed'), 22), 'transfer_jobs.packet 1',
  'one of another patient does not [N-49 +]');
select is(left(pg_temp.told(pg_temp.erased($$ set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001'; insert into public.legal_holds (organisation_id, patient_id, reason) values ('a0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000001', 'a dispute about money'); alter table public.legal_holds disable trigger user; update public.legal_holds set created_at = created_at, released_at = now() where reason = 'a dispute about money'; alter table public.legal_holds enable trigger user $$), 'destroyed'), 22), 'transfer_jobs.packet 1',
  'nor one that was released [N-49 +]');
select is(pg_temp.erased(look => $$ select to_jsonb(string_agg(concat_ws(' ', split_part(t.relation, '.', 2), t.column_name, t.row_count, cardinality(t.record_keys)), ', ' order by t.relation, t.column_name)) from governance.tombstones as t where t.cause = 'erasure' and t.cause_id = '00000000-0000-7000-8000-0000000000f1' $$) #>> '{}', 'tombstones 7, document_upload_grants 2, patient_identity email 1, patient_identity nationality 1, patient_identity phone 1, transfer_jobs packet 1, transfers destination 2, transfers pickup 2',
  'each leaves a stone: what was destroyed, and how much [N-49 +]');
select is(pg_temp.erased(look => $$ select to_jsonb(string_agg(b.problem, ' ')) from governance.bent_tombstones('a0000000-0000-7000-8000-000000000001') as b where b.cause = 'erasure' $$) #>> '{}', 'no_request',
  'which adds up, but for the request that nobody made here [N-49 +]');
select is(pg_temp.erased(look => $$ select to_jsonb(concat_ws(' ', i.phone, i.email, i.nationality, (select string_agg(t.pickup || ' ' || t.destination, ' ' order by t.id) from public.transfers as t where t.organisation_id = i.organisation_id and t.patient_id = i.id),
  (select string_agg((j.packet ->> 'pickup') || ' ' || (j.packet ->> 'destination'), ' ' order by j.id) from public.transfer_jobs as j join public.transfers as t on t.organisation_id = j.origin_organisation_id and t.id = j.transfer_id where t.organisation_id = i.organisation_id and t.patient_id = i.id)))
  from public.patient_identity as i where i.organisation_id = 'a0000000-0000-7000-8000-000000000001' and i.id = 'a3000000-0000-7000-8000-000000000001' $$) #>> '{}', 'erased erased erased erased erased erased',
  'what named them says erased, on both sides of a transfer [N-49 +]');
select is(pg_temp.erased($$ update governance.erasure_rules set kept_for = null $$, look => $$ select to_jsonb(concat_ws(' ', p.full_name, p.mrn, p.language, (select r.display_name from public.profiles as r where r.user_id = 'a2000000-0000-7000-8000-000000000001'))) from public.patients as p where p.organisation_id = 'a0000000-0000-7000-8000-000000000001' and p.id = 'a3000000-0000-7000-8000-000000000001' $$) #>> '{}', 'erased a3000000-0000-7000-8000-000000000001 und erased',
  'and in the end their name, their number and their language [N-49 +]');
create temporary table others as select pg_temp.census() as rows;
select is((pg_temp.erased($$ update governance.erasure_rules set kept_for = null $$, look => $$ select to_jsonb(pg_temp.census()) $$) #>> '{}' = (select o.rows from others as o))::text, 'true',
  'nothing of anybody else''s is gone, in no clinic [N-49 -, S-05 -]');

select * from finish();
rollback;
