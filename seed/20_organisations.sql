-- Two clinics under different laws and clocks, a transport company, and a clinic that was closed. Every write pins the
-- organisation, as any role that bypasses row-level security must.
-- The synthetic deployment stands behind one proxy, which says where a client connects from.
update authz.deployment_settings set trusted_address_header = 'x-forwarded-for';

do $$
declare
  v_organisation record;
  v_member record;
begin
  for v_organisation in
    select *
    from (values
      ('a', 'Clínica Aurora', 'clinic', 'BR', 'America/Sao_Paulo', 'lgpd'),
      ('b', 'Andaman Clinic', 'clinic', 'TH', 'Asia/Bangkok', 'pdpa'),
      ('c', 'Litoral Transportes', 'transport', 'BR', 'America/Sao_Paulo', 'lgpd'),
      ('d', 'Closed Clinic', 'clinic', 'PT', 'Europe/Lisbon', 'gdpr')
    ) as o (letter, name, kind, country, timezone, regime)
  loop
    perform set_config('app.pinned_organisation_id', v_organisation.letter || '0000000-0000-7000-8000-000000000001', true);

    insert into public.organisations (id, name, kind, country, timezone, regime)
    values (
      current_setting('app.pinned_organisation_id')::uuid, v_organisation.name, v_organisation.kind,
      v_organisation.country, v_organisation.timezone, v_organisation.regime
    )
    on conflict (id) do nothing;

    insert into public.organisation_settings (organisation_id)
    values (current_setting('app.pinned_organisation_id')::uuid)
    on conflict (organisation_id) do nothing;

    insert into public.organisation_networks (organisation_id, id, cidr, mode, label)
    values (
      current_setting('app.pinned_organisation_id')::uuid,
      (v_organisation.letter || '8000000-0000-7000-8000-000000000001')::uuid, '192.0.2.0/24', 'allow', 'Front desk'
    )
    on conflict (organisation_id, id) do nothing;

    -- An invitation that nobody can accept: its token is nobody's, and it has no inviter.
    insert into public.invitations (organisation_id, id, email, role, sha256, expires_at)
    values (
      current_setting('app.pinned_organisation_id')::uuid,
      (v_organisation.letter || '9e00000-0000-7000-8000-000000000001')::uuid,
      'invited@' || v_organisation.letter || '.example', 'receptionist', repeat('0', 64), timestamptz '2099-01-01 00:00+00'
    )
    on conflict do nothing;

    for v_member in
      select m.*
      from (values
        ('01', 'clinic_admin', '{}'::text[], true, null::timestamptz),
        ('02', 'doctor', '{}', true, null),
        ('03', 'nurse', '{}', true, null),
        ('04', 'assistant', '{}', true, null),
        ('05', 'receptionist', '{}', true, null),
        ('11', 'assistant', '{finance}', true, null),
        ('12', 'assistant', '{transport}', true, null),
        ('13', 'doctor', '{break_glass}', true, null),
        ('14', 'assistant', '{privacy_officer}', true, null),
        ('15', 'assistant', '{insights_admin}', true, null),
        ('16', 'assistant', '{auditor}', true, null),
        ('21', 'nurse', '{}', false, null),
        ('22', 'nurse', '{}', true, timestamptz '2020-01-01 00:00+00')
      ) as m (part, role, capabilities, is_active, valid_until)
      join auth.users as u on u.id = (v_organisation.letter || '1000000-0000-7000-8000-0000000000' || m.part)::uuid
    loop
      insert into public.organisation_members (organisation_id, id, user_id, role, capabilities, is_active, valid_until)
      values (
        current_setting('app.pinned_organisation_id')::uuid,
        (v_organisation.letter || '4000000-0000-7000-8000-0000000000' || v_member.part)::uuid,
        (v_organisation.letter || '1000000-0000-7000-8000-0000000000' || v_member.part)::uuid,
        v_member.role, v_member.capabilities, v_member.is_active, v_member.valid_until
      )
      on conflict (organisation_id, id) do nothing;
    end loop;
  end loop;

  -- One person at two clinics: receptionist at Aurora, clinic_admin at Andaman.
  perform set_config('app.pinned_organisation_id', 'a0000000-0000-7000-8000-000000000001', true);
  insert into public.organisation_members (organisation_id, id, user_id, role)
  values (
    'a0000000-0000-7000-8000-000000000001', 'a4000000-0000-7000-8000-000000000031',
    'e1000000-0000-7000-8000-000000000001', 'receptionist'
  )
  on conflict (organisation_id, id) do nothing;
  perform set_config('app.pinned_organisation_id', 'b0000000-0000-7000-8000-000000000001', true);
  insert into public.organisation_members (organisation_id, id, user_id, role)
  values (
    'b0000000-0000-7000-8000-000000000001', 'b4000000-0000-7000-8000-000000000031',
    'e1000000-0000-7000-8000-000000000001', 'clinic_admin'
  )
  on conflict (organisation_id, id) do nothing;

  perform set_config('app.pinned_organisation_id', 'd0000000-0000-7000-8000-000000000001', true);
  update public.organisations set archived_at = now()
  where id = 'd0000000-0000-7000-8000-000000000001' and archived_at is null;
end
$$;
