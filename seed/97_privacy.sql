-- Privacy: what Ana and the child's guardian asked for, evidence of the first, a hold on Chai's data, who was told of whom, an incident, and what retention did.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    continue when exists (select from public.subject_requests as r where r.organisation_id = v_organisation_id);
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);

    insert into public.subject_requests (organisation_id, id, patient_id, kind)
    select
      v_organisation_id, (v_letter || '9e00000-0000-7000-8000-0000000000' || r.part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || r.part)::uuid, r.kind
    from (values ('01', 'access'), ('02', 'sharing_list')) as r (part, kind);
    insert into public.subject_request_evidence (organisation_id, id, patient_id, evidence)
    values (
      v_organisation_id, (v_letter || '9e00000-0000-7000-8000-000000000001')::uuid,
      (v_letter || '3000000-0000-7000-8000-000000000001')::uuid, 'Asked on the portal; the account was confirmed by two people.'
    );
    insert into public.legal_holds (organisation_id, id, patient_id, reason)
    values (
      v_organisation_id, (v_letter || '9f00000-0000-7000-8000-000000000001')::uuid,
      (v_letter || '3000000-0000-7000-8000-000000000003')::uuid, 'Dispute about the bill of the last stay.'
    );
    insert into public.retention_extensions (organisation_id, id, retention, keep_months, reason)
    values (
      v_organisation_id, (v_letter || 'a500000-0000-7000-8000-000000000001')::uuid, 'financial', 144,
      'The bank asks for twelve years of invoices.'
    );
    insert into public.security_incidents (organisation_id, id, detected_at, summary, affected_count)
    values (
      v_organisation_id, (v_letter || 'a100000-0000-7000-8000-000000000001')::uuid, '2026-06-05 12:00+00',
      'A printed ward list was left in the lobby for an hour.', 12
    );
    update public.security_incidents as i
       set status = 'notified', subjects_notified_at = '2026-06-08 12:00+00'
     where i.organisation_id = v_organisation_id;
    perform authz.record_disclosure(
      v_organisation_id, (v_letter || '3000000-0000-7000-8000-0000000000' || p.part)::uuid, 'authority', null,
      'data_view', '{patients}', 'public.patients'
    )
    from (values ('01'), ('02')) as p (part);
    -- A bed that was archived, and whose time was over, before this history begins.
    perform governance.bury(
      v_organisation_id, 'retention', '00000000-0000-7000-8000-000000000001', 'public.beds', null,
      array[array[v_organisation_id::text, '00000000-0000-7000-8000-000000000002']::text], 'postgres'
    );
    perform governance.close_burial(v_organisation_id, 'retention', '00000000-0000-7000-8000-000000000001', 'postgres');
  end loop;
  if not exists (select from governance.retention_runs) then
    perform governance.run_retention(governance.plan_retention() ->> 'plan_sha256');
  end if;
end
$$;
