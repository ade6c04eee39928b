-- Transfers of both clinics: 01 of Ana, just asked for · 02 of Ana, which the clinic drives itself: its job has vehicle 01 and a driver ·
-- 03 of the second patient, with the transport company. Nobody consents to transfer_disclosure, so that no job names anyone; of
-- 02 stands what is left of a name when its consent was withdrawn.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
  v_transfer record;
begin
  foreach v_letter in array '{a,b,c}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    perform set_config('app.pinned_organisation_id', v_organisation_id::text, true);

    insert into public.vehicles (organisation_id, id, registration, kind)
    values
      (v_organisation_id, (v_letter || '9900000-0000-7000-8000-000000000001')::uuid, 'AMB-01', 'ambulance'),
      (v_organisation_id, (v_letter || '9900000-0000-7000-8000-000000000002')::uuid, 'VAN-02', 'van')
    on conflict (organisation_id, id) do nothing;
    insert into public.crew_members (organisation_id, id, user_id, duty)
    select
      v_organisation_id, (v_letter || '9a00000-0000-7000-8000-0000000000' || c.part)::uuid, m.user_id, c.duty
    from (values ('01', '12', 'driver'), ('02', '04', 'paramedic')) as c (part, staff, duty)
    join public.organisation_members as m
      on m.organisation_id = v_organisation_id and m.user_id = (v_letter || '1000000-0000-7000-8000-0000000000' || c.staff)::uuid
    on conflict (organisation_id, id) do nothing;
    continue when v_letter = 'c';

    -- Whatever has begun already stays as it is: seeding twice takes no step twice.
    insert into public.transfers (organisation_id, id, case_id, patient_id, admission_id, mobility, pickup, destination)
    select
      v_organisation_id, (v_letter || '9800000-0000-7000-8000-0000000000' || t.part)::uuid,
      (v_letter || 'f000000-0000-7000-8000-0000000000' || t.patient)::uuid,
      (v_letter || '3000000-0000-7000-8000-0000000000' || t.patient)::uuid,
      (v_letter || t.admission)::uuid, t.mobility, 'Ward 1, ground floor', t.destination
    from (values
      ('01', '01', '9100000-0000-7000-8000-000000000001', 'stretcher', 'Regional hospital, entrance B'),
      ('02', '01', '9100000-0000-7000-8000-000000000001', 'wheelchair', 'Imaging centre'),
      ('03', '02', null, 'walking', 'Airport, medical desk')
    ) as t (part, patient, admission, mobility, destination)
    where not exists (
      select
      from public.transfers as x
      where x.organisation_id = v_organisation_id
        and x.id = (v_letter || '9800000-0000-7000-8000-0000000000' || t.part)::uuid
    );
    update public.transfers as t set status = 'accepted'
     where t.organisation_id = v_organisation_id and right(t.id::text, 2) in ('02', '03') and t.status = 'requested';

    -- A nurse dispatches: nobody else writes a job, the seed included.
    perform set_config('request.jwt.claims', json_build_object(
      'sub', v_letter || '1000000-0000-7000-8000-000000000003', 'role', 'authenticated',
      'session_id', v_letter || '1000000-0000-7000-9000-000000000003'
    )::text, true);
    for v_transfer in
      select t.id
      from public.transfers as t
      where t.organisation_id = v_organisation_id
        and t.status = 'accepted'
      order by t.id
    loop
      set local role authenticated;
      perform public.dispatch_transfer(
        v_transfer.id,
        case when right(v_transfer.id::text, 2) = '02' then v_organisation_id else 'c0000000-0000-7000-8000-000000000001' end
      );
      reset role;
    end loop;
    perform set_config('request.jwt.claims', '', true);

    insert into public.vehicle_assignments (organisation_id, id, transfer_job_id, vehicle_id, driver_id)
    select
      v_organisation_id, (v_letter || '9b00000-0000-7000-8000-000000000001')::uuid, j.id,
      (v_letter || '9900000-0000-7000-8000-000000000001')::uuid, (v_letter || '9a00000-0000-7000-8000-000000000001')::uuid
    from public.transfer_jobs as j
    where j.organisation_id = v_organisation_id
      and j.origin_organisation_id = v_organisation_id
      and j.status = 'dispatched'
      and not exists (select from public.vehicle_assignments as a where a.organisation_id = v_organisation_id);
    insert into public.transfer_job_patients (organisation_id, id, origin_organisation_id, transfer_id, expires_at)
    select j.organisation_id, j.id, j.origin_organisation_id, j.transfer_id, j.expires_at
    from public.transfer_jobs as j
    where j.organisation_id = v_organisation_id
      and j.origin_organisation_id = v_organisation_id
    on conflict (organisation_id, id) do nothing;
  end loop;
end
$$;
