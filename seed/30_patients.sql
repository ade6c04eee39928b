-- The same patients at both clinics, record numbers included, so that a leak between them would show:
-- 01 consents to treatment and has a portal account · 02 a child, guardian's account, consent only proposed · both looked up once in
-- their vital interest ·
-- 03 withdrew, no account (its former proxy was revoked) · 04 inactive · 05 archived.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);

    insert into public.professionals (organisation_id, id, user_id, council, licence)
    select
      v_organisation_id, (v_letter || '5000000-0000-7000-8000-0000000000' || p.part)::uuid,
      (v_letter || '1000000-0000-7000-8000-0000000000' || p.part)::uuid, p.council, 'LIC-' || p.part
    from (values ('02', 'CRM'), ('03', 'COREN')) as p (part, council)
    on conflict (organisation_id, id) do nothing;

    insert into public.patients (organisation_id, id, mrn, full_name, language, status)
    select
      v_organisation_id, (v_letter || '3000000-0000-7000-8000-0000000000' || p.part)::uuid,
      'MRN-00' || p.part, p.full_name, p.language, p.status
    from (values
      ('01', 'Ana Souza', 'pt-BR', 'active'),
      ('02', 'Bruno Souza', 'pt-BR', 'active'),
      ('03', 'Chai Saetang', 'th', 'active'),
      ('04', 'Dana Kowalski', 'pl', 'inactive'),
      ('05', 'Emil Novak', 'cs', 'active')
    ) as p (part, full_name, language, status)
    on conflict (organisation_id, id) do nothing;

    insert into public.patient_identity (organisation_id, id, birth_date, phone, email, nationality, id_last4)
    select p.organisation_id, p.id,
      -- the child is one whenever this is read: the guardian's account ends when they come of age
      case right(p.mrn, 2) when '02' then current_date - 3000 else date '1980-01-01' + 1000 * right(p.mrn, 2)::integer end,
      '+00 555 01' || right(p.mrn, 2), 'patient-' || right(p.mrn, 2) || '@' || v_letter || '.example', 'BR', '00' || right(p.mrn, 2)
    from public.patients as p
    where p.organisation_id = v_organisation_id
    on conflict (organisation_id, id) do nothing;

    insert into public.patient_clinical (organisation_id, id, allergies, alerts)
    select p.organisation_id, p.id, 'Penicillin', 'Falls risk'
    from public.patients as p
    where p.organisation_id = v_organisation_id
    on conflict (organisation_id, id) do nothing;

    insert into public.patient_accounts (organisation_id, id, user_id, patient_id, relationship, revoked_at)
    select
      v_organisation_id, (v_letter || '7000000-0000-7000-8000-0000000000' || a.part)::uuid,
      (v_letter || '2000000-0000-7000-8000-0000000000' || a.part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || a.part)::uuid, a.relationship, a.revoked_at
    from (values
      ('01', 'self', null::timestamptz), ('02', 'guardian', null), ('03', 'proxy', timestamptz '2026-01-01 00:00+00')
    ) as a (part, relationship, revoked_at)
    on conflict (organisation_id, id) do nothing;

    insert into public.consents (organisation_id, id, patient_id, purpose, status)
    select
      v_organisation_id, (v_letter || '6000000-0000-7000-8000-0000000000' || c.part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || c.patient)::uuid, c.purpose, c.status
    from (values
      ('01', '01', 'treatment', 'active'), ('02', '02', 'treatment', 'proposed'), ('03', '03', 'treatment', 'active'),
      ('04', '02', 'marketing', 'active')
    ) as c (part, patient, purpose, status)
    on conflict (organisation_id, id) do nothing;
    insert into public.consents (organisation_id, id, patient_id, purpose, status, legal_basis, justification)
    select
      v_organisation_id, (v_letter || '6000000-0000-7000-8000-0000000000' || c.part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || c.patient)::uuid, 'data_view', 'active', 'vital_interest',
      'Brought in after the accident; looked up before anybody could be asked.'
    from (values ('05', '01'), ('06', '02')) as c (part, patient)
    on conflict (organisation_id, id) do nothing;
    update public.consents set status = 'withdrawn'
    where organisation_id = v_organisation_id and right(id::text, 2) = '03' and status = 'active';

    insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, ends_at)
    select
      v_organisation_id, (v_letter || '9000000-0000-7000-8000-0000000000' || r.part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || r.patient)::uuid,
      (v_letter || '1000000-0000-7000-8000-0000000000' || r.staff)::uuid, r.kind, timestamptz '2026-01-01 08:00+00', r.ends_at
    from (values
      ('01', '01', '02', 'primary', null::timestamptz), ('02', '01', '03', 'nursing', null),
      ('03', '02', '13', 'primary', null), ('05', '01', '13', 'covering', null), ('04', '03', '02', 'consulting', timestamptz '2026-02-01 08:00+00')
    ) as r (part, patient, staff, kind, ends_at)
    on conflict (organisation_id, id) do nothing;

    insert into public.appointments (organisation_id, id, patient_id, professional_user_id, starts_at, ends_at, status)
    select
      v_organisation_id, (v_letter || 'a000000-0000-7000-8000-0000000000' || a.part)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || a.part)::uuid,
      (v_letter || '1000000-0000-7000-8000-000000000002')::uuid,
      timestamptz '2026-06-01 09:00+00' + a.part::integer * interval '1 hour',
      timestamptz '2026-06-01 09:30+00' + a.part::integer * interval '1 hour', 'booked'
    from (values ('01'), ('02'), ('03')) as a (part)
    on conflict (organisation_id, id) do nothing;

    insert into public.appointment_reasons (organisation_id, id, patient_id, reason)
    select a.organisation_id, a.id, a.patient_id, 'Follow-up'
    from public.appointments as a
    where a.organisation_id = v_organisation_id and right(a.id::text, 2) <> '03'
    on conflict (organisation_id, id) do nothing;

    update public.patients set archived_at = now()
    where organisation_id = v_organisation_id and mrn = 'MRN-0005' and archived_at is null;
  end loop;
end
$$;
