-- Documents, at both clinics: 01 a report about Ana · 02 her insurance card, which is finance's · 03 a report about the patient whose case
-- operations hold · 04 one about the child. Each came on a grant, and the Storage API's last write used it up. 01 was read once, on a ticket that has expired.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
  v_user_id uuid;
  v_document record;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    v_user_id := (v_letter || '1000000-0000-7000-8000-000000000005')::uuid;
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);
    continue when exists (select from public.documents as d where d.organisation_id = v_organisation_id);

    insert into public.documents (organisation_id, id, patient_id, kind, file_name, uploaded_by_user_id)
    select
      v_organisation_id, (v_letter || 'a200000-0000-7000-8000-0000000000' || d.part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || d.patient)::uuid, d.kind, d.file_name, v_user_id
    from (values
      ('01', '01', 'report', 'report.pdf'), ('02', '01', 'insurance', 'card.pdf'), ('03', '03', 'report', 'report.pdf'),
      ('04', '02', 'report', 'report.pdf')
    ) as d (part, patient, kind, file_name);
    insert into public.document_upload_grants
      (organisation_id, id, patient_id, document_id, user_id, session_id, content_type, size_bytes, expires_at)
    select
      d.organisation_id, overlay(d.id::text placing 'a3' from 2 for 2)::uuid, d.patient_id, d.id, v_user_id,
      overlay(v_user_id::text placing '9000' from 20 for 4)::uuid, 'application/pdf', 1024, clock_timestamp() + interval '15 minutes'
    from public.documents as d
    where d.organisation_id = v_organisation_id;

    for v_document in select d.object_path from public.documents as d where d.organisation_id = v_organisation_id order by d.id loop
      set local role service_role;
      insert into storage.objects (bucket_id, name, owner, owner_id, version, metadata)
      values (
        'patient-documents', v_document.object_path, v_user_id, v_user_id::text, gen_random_uuid()::text,
        '{"mimetype": "application/pdf", "size": 1024}'
      );
      reset role;
    end loop;
    update public.documents as d
       set status = 'active',
           sha256 = encode(sha256(convert_to(d.id::text, 'UTF8')), 'hex')
     where d.organisation_id = v_organisation_id;
    insert into public.document_read_tickets
      (organisation_id, id, patient_id, document_id, user_id, session_id, realm, purpose, expires_at)
    values (
      v_organisation_id, (v_letter || 'a400000-0000-7000-8000-000000000001')::uuid, (v_letter || '3000000-0000-7000-8000-000000000001')::uuid,
      (v_letter || 'a200000-0000-7000-8000-000000000001')::uuid, (v_letter || '1000000-0000-7000-8000-000000000002')::uuid,
      (v_letter || '1000000-0000-7000-9000-000000000002')::uuid, 'provider', 'treatment', clock_timestamp() - interval '1 day'
    );
  end loop;
end
$$;
