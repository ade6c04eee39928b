-- At both clinics the doctor has once said where they act and what for.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    continue when exists (select from audit.context_log as l where l.organisation_id = v_organisation_id);

    perform set_config('request.jwt.claims', json_build_object(
      'sub', v_letter || '1000000-0000-7000-8000-000000000002', 'role', 'authenticated',
      'session_id', v_letter || '1000000-0000-7000-9000-000000000002'
    )::text, true);
    perform set_config('request.headers', '{"x-forwarded-for": "192.0.2.10", "user-agent": "Desk/1.0"}', true);
    set local role authenticated;
    perform public.set_context(v_organisation_id, 'treatment');
    reset role;
    perform set_config('request.jwt.claims', '', true);
    perform set_config('request.headers', '', true);
    perform set_config('app.current_organisation_id', '', true);
    perform set_config('app.purpose', '', true);
  end loop;
end
$$;

-- The application's server failed once at each clinic, and told of it.
do $$
declare
  v_letter text;
  v_organisation_id uuid;
begin
  foreach v_letter in array '{a,b}'::text[] loop
    v_organisation_id := (v_letter || '0000000-0000-7000-8000-000000000001')::uuid;
    continue when exists (select from audit.app_events as e where e.organisation_id = v_organisation_id);

    set local role service_role;
    perform public.log_app_event(v_organisation_id, 'request.failed', '{"status": 503, "relation": "appointments", "duration_ms": 2012}');
    reset role;
  end loop;
end
$$;
