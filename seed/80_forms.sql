-- Forms: four texts in the first version, and at both clinics: 01 a draft for Ana, drawn up by reception, that carries nothing yet ·
-- 02 Ana's, signed at the desk before a nurse, from an address behind the trusted proxy · 03 the same text for the child,
-- signed by the guardian.
insert into public.form_templates (id, kind, code, version, language, title, body, purposes)
values
  (
    'f9c00000-0000-7000-8000-000000000001', 'consent', 'transfer_disclosure', 1, 'en', 'Who drives me may know who I am',
    'I agree that the company which drives me is told my name and my language, for as long as it drives me. I may withdraw this at any time.',
    '{transfer_disclosure}'
  ),
  (
    'f9c00000-0000-7000-8000-000000000002', 'consent', 'treatment', 1, 'en', 'Consent to treatment',
    'I agree that those who treat me read and write my chart. I may withdraw this at any time.', '{treatment}'
  ),
  (
    'f9c00000-0000-7000-8000-000000000003', 'financial', 'financial_responsibility', 1, 'en', 'Financial responsibility',
    'I pay what my insurance does not cover.', '{}'
  ),
  (
    'f9c00000-0000-7000-8000-000000000004', 'aob', 'assignment_of_benefits', 1, 'en', 'Assignment of benefits',
    'My insurance may pay the clinic directly.', '{}'
  )
on conflict (id) do nothing;

do $$
declare
  v_letter text;
  v_organisation_id uuid;
  v_patient_id uuid;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    v_patient_id := (v_letter || '3000000-0000-7000-8000-000000000001')::uuid;
    continue when exists (select from public.signed_forms as f where f.organisation_id = v_organisation_id);

    perform set_config('request.jwt.claims', json_build_object(
      'sub', v_letter || '1000000-0000-7000-8000-000000000005', 'role', 'authenticated',
      'session_id', v_letter || '1000000-0000-7000-9000-000000000005'
    )::text, true);
    set local role authenticated;
    insert into public.signed_forms (organisation_id, id, patient_id, template_id, capacity)
    values
      (v_organisation_id, (v_letter || '9d00000-0000-7000-8000-000000000001')::uuid, v_patient_id, 'f9c00000-0000-7000-8000-000000000001', 'patient'),
      (v_organisation_id, (v_letter || '9d00000-0000-7000-8000-000000000002')::uuid, v_patient_id, 'f9c00000-0000-7000-8000-000000000003', 'patient'),
      (
        v_organisation_id, (v_letter || '9d00000-0000-7000-8000-000000000003')::uuid, (v_letter || '3000000-0000-7000-8000-000000000002')::uuid,
        'f9c00000-0000-7000-8000-000000000003', 'guardian'
      );
    reset role;

    perform set_config('request.jwt.claims', json_build_object(
      'sub', v_letter || '1000000-0000-7000-8000-000000000003', 'role', 'authenticated',
      'session_id', v_letter || '1000000-0000-7000-9000-000000000003'
    )::text, true);
    perform set_config('request.headers', '{"x-forwarded-for": "192.0.2.10", "user-agent": "Desk/1.0"}', true);
    set local role authenticated;
    perform public.sign_form(
      (v_letter || '9d00000-0000-7000-8000-000000000002')::uuid, 'Ana Souza', 'financial_responsibility'
    );
    perform public.sign_form(
      (v_letter || '9d00000-0000-7000-8000-000000000003')::uuid, 'Bruna Lima', 'financial_responsibility'
    );
    reset role;
    perform set_config('request.jwt.claims', '', true);
    perform set_config('request.headers', '', true);
  end loop;
end
$$;
