-- What hangs on case 03, which operations hold at both clinics: its patient lies in bed 04, consents to ops_handoff, and signed for the case.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
  v_patient_id uuid;
  v_case_id uuid;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    v_patient_id := (v_letter || '3000000-0000-7000-8000-000000000003')::uuid;
    v_case_id := (v_letter || 'f000000-0000-7000-8000-000000000003')::uuid;
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);

    insert into public.beds (organisation_id, id, ward, label)
    values (v_organisation_id, (v_letter || 'e000000-0000-7000-8000-000000000004')::uuid, 'Ward 1', 'Bed 04')
    on conflict (organisation_id, id) do nothing;
    insert into public.admissions (organisation_id, id, patient_id, bed_id, case_id, status)
    select
      v_organisation_id, (v_letter || '9100000-0000-7000-8000-000000000002')::uuid, v_patient_id,
      (v_letter || 'e000000-0000-7000-8000-000000000004')::uuid, v_case_id, 'admitted'
    where not exists (
      select from public.admissions as a where a.organisation_id = v_organisation_id and a.case_id = v_case_id
    );
    insert into public.consents (organisation_id, id, patient_id, purpose, status)
    values (v_organisation_id, (v_letter || '6000000-0000-7000-8000-000000000032')::uuid, v_patient_id, 'ops_handoff', 'active')
    on conflict (organisation_id, id) do nothing;

    continue when exists (
      select from public.signed_forms as f where f.organisation_id = v_organisation_id and f.case_id = v_case_id
    );
    perform set_config('request.jwt.claims', json_build_object(
      'sub', v_letter || '1000000-0000-7000-8000-000000000005', 'role', 'authenticated',
      'session_id', v_letter || '1000000-0000-7000-9000-000000000005'
    )::text, true);
    set local role authenticated;
    insert into public.signed_forms (organisation_id, id, patient_id, template_id, case_id)
    values (
      v_organisation_id, (v_letter || '9d00000-0000-7000-8000-000000000004')::uuid, v_patient_id,
      'f9c00000-0000-7000-8000-000000000003', v_case_id
    );
    reset role;
    perform set_config('request.jwt.claims', json_build_object(
      'sub', v_letter || '1000000-0000-7000-8000-000000000003', 'role', 'authenticated',
      'session_id', v_letter || '1000000-0000-7000-9000-000000000003'
    )::text, true);
    set local role authenticated;
    perform public.sign_form((v_letter || '9d00000-0000-7000-8000-000000000004')::uuid, 'Chai Saetang', 'financial_responsibility');
    reset role;
    perform set_config('request.jwt.claims', '', true);
  end loop;
end
$$;
