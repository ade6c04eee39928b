-- Wards, the same at both clinics: bed 01 free · 02 with Ana in it, within case 01, which is at work · 03 free.
-- Case 02 has just come in. Every step is taken, so that the activity log holds what really happened.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);

    insert into public.beds (organisation_id, id, ward, label)
    select v_organisation_id, (v_letter || 'e000000-0000-7000-8000-0000000000' || part)::uuid, 'Ward 1', 'Bed ' || part
    from unnest('{01,02,03}'::text[]) as part
    on conflict (organisation_id, id) do nothing;

    insert into public.cases (organisation_id, id, number, patient_id, priority)
    select
      v_organisation_id, (v_letter || 'f000000-0000-7000-8000-0000000000' || c.part)::uuid, 'CASE-00' || c.part,
      (v_letter || '3000000-0000-7000-8000-0000000000' || c.part)::uuid, c.priority
    from (values ('01', 'urgent'), ('02', 'routine')) as c (part, priority)
    on conflict (organisation_id, id) do nothing;
    update public.cases as c set status = 'triage'
     where c.organisation_id = v_organisation_id and right(c.id::text, 2) = '01' and c.status = 'new';
    update public.cases as c set status = 'active'
     where c.organisation_id = v_organisation_id and right(c.id::text, 2) = '01' and c.status = 'triage';

    insert into public.admissions (organisation_id, id, patient_id, bed_id, case_id, status)
    values (
      v_organisation_id, (v_letter || '9100000-0000-7000-8000-000000000001')::uuid,
      (v_letter || '3000000-0000-7000-8000-000000000001')::uuid, (v_letter || 'e000000-0000-7000-8000-000000000002')::uuid,
      (v_letter || 'f000000-0000-7000-8000-000000000001')::uuid, 'admitted'
    )
    on conflict do nothing;
  end loop;
end
$$;
