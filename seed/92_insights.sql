-- Smart Insights: a vendor under an agreement, Aurora with it switched on, Andaman that tried it once.
do $$
declare
  v_letter text;
begin
  if not exists (select from governance.processors as p where p.service = 'smart_insights' and p.archived_at is null) then
    insert into governance.processors (service, name, no_training, dpa_from, dpa_until)
    values ('smart_insights', 'Example Insights Ltd', true, '2026-01-01', '2099-12-31');
  end if;
  foreach v_letter in array '{a,b}'::text[] loop
    continue when exists (
      select from governance.insight_dispatches as d where d.organisation_id = (v_letter || '0000000-0000-7000-8000-000000000001')::uuid
    );
    perform set_config('request.jwt.claims', json_build_object(
      'sub', v_letter || '1000000-0000-7000-8000-000000000015', 'role', 'authenticated',
      'session_id', v_letter || '1000000-0000-7000-9000-000000000015'
    )::text, true);
    set local role authenticated;
    perform public.set_smart_insights(true);
    perform public.smart_insights_payload();
    perform public.set_smart_insights(v_letter = 'a');
    reset role;
    perform set_config('request.jwt.claims', '', true);
  end loop;
end
$$;
