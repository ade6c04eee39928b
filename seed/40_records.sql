-- Charts, the same at both clinics: 01 an observation with its diagnosis · 02 psychiatric, so a doctor's alone · 03 without
-- details · 04 of the patient who withdrew · 05 of the child. One glass each was broken, and found justified; one, by a
-- nurse who has left since, nobody has judged. The assistant is shut out.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);

    insert into public.medical_records (organisation_id, id, patient_id, record_type, vitals, medications, segments)
    select
      v_organisation_id, (v_letter || 'b000000-0000-7000-8000-0000000000' || r.part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || r.patient)::uuid, r.record_type,
      '{"heart_rate": 72, "temperature_celsius": 36.8}', '["paracetamol 500 mg"]', r.segments
    from (values
      ('01', '01', 'observation', '{}'::text[]), ('02', '01', 'consultation', '{PSY}'),
      ('03', '01', 'prescription', '{}'), ('04', '03', 'observation', '{}'), ('05', '02', 'observation', '{}')
    ) as r (part, patient, record_type, segments)
    on conflict (organisation_id, id) do nothing;

    insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis, codes, treatment_plan)
    select r.organisation_id, r.id, r.patient_id, 'Synthetic diagnosis', '{Z00.0}', 'Rest'
    from public.medical_records as r
    where r.organisation_id = v_organisation_id and right(r.id::text, 2) <> '03'
    on conflict (organisation_id, id) do nothing;

    insert into public.emergency_access_grants
      (organisation_id, id, patient_id, user_id, opened_at, expires_at, ended_at, review_outcome, reviewed_by_user_id, reviewed_at)
    select
      v_organisation_id, (v_letter || 'c000000-0000-7000-8000-0000000000' || part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || part)::uuid, (v_letter || '1000000-0000-7000-8000-000000000003')::uuid,
      timestamptz '2026-03-01 23:00+00', timestamptz '2026-03-02 00:00+00', timestamptz '2026-03-01 23:20+00',
      'justified', (v_letter || '1000000-0000-7000-8000-000000000014')::uuid, timestamptz '2026-03-02 09:00+00'
    from unnest('{01,02}'::text[]) as part
    on conflict (organisation_id, id) do nothing;
    insert into public.emergency_access_grants (organisation_id, id, patient_id, user_id, opened_at, expires_at)
    values (
      v_organisation_id, (v_letter || 'c000000-0000-7000-8000-000000000003')::uuid,
      (v_letter || '3000000-0000-7000-8000-000000000001')::uuid, (v_letter || '1000000-0000-7000-8000-000000000021')::uuid,
      timestamptz '2026-03-03 22:00+00', timestamptz '2026-03-03 22:30+00'
    )
    on conflict (organisation_id, id) do nothing;
    insert into public.emergency_access_reasons (organisation_id, id, patient_id, reason)
    values (
      v_organisation_id, (v_letter || 'c000000-0000-7000-8000-000000000003')::uuid,
      (v_letter || '3000000-0000-7000-8000-000000000001')::uuid, 'Fell on the ward, the night doctor could not be reached'
    )
    on conflict (organisation_id, id) do nothing;
    insert into public.emergency_access_reasons (organisation_id, id, patient_id, reason, review_note)
    select
      v_organisation_id, (v_letter || 'c000000-0000-7000-8000-0000000000' || part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || part)::uuid,
      'Unconscious on arrival, allergies unknown', 'Matches the admission'
    from unnest('{01,02}'::text[]) as part
    on conflict (organisation_id, id) do nothing;

    insert into public.access_restrictions (organisation_id, id, patient_id, restricted_user_id)
    select
      v_organisation_id, (v_letter || 'd000000-0000-7000-8000-0000000000' || part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || part)::uuid, (v_letter || '1000000-0000-7000-8000-000000000004')::uuid
    from unnest('{01,02}'::text[]) as part
    on conflict (organisation_id, id) do nothing;
  end loop;
end
$$;

-- Two doctors have read records one by one, long ago.
insert into authz.restricted_reads (user_id, read_at)
values
  ('a1000000-0000-7000-8000-000000000002', '{2026-01-05 09:00+00}'),
  ('b1000000-0000-7000-8000-000000000002', '{2026-01-05 09:00+00}')
on conflict (user_id) do nothing;
