-- public.plan_erasure: what erase_subject would do, found by doing it and taking it back: what is shown is what will happen. It
-- waits for nobody who writes: tables of every clinic are held meanwhile, and it may be asked for again and again.
create or replace function public.plan_erasure(request_id uuid)
  returns jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_request record;
  v_plan jsonb;
begin
  select e.organisation_id, e.patient_id
    into v_request
    from authz.erasure_request(plan_erasure.request_id) as e;
  begin
    v_plan := governance.erase_rows(v_request.organisation_id, v_request.patient_id, plan_erasure.request_id, '100ms');
    -- No code that ends in 000: such a one catches its whole class, refusals included.
    raise exception 'taken back' using errcode = 'CDXXX';
  exception
    when sqlstate 'CDXXX' then
      null;
  end;
  return v_plan || jsonb_build_object('to_tell', authz.recipients_of(v_request.organisation_id, v_request.patient_id));
end
$$;
comment on function public.plan_erasure(uuid) is
  'What erase_subject would destroy and keep, and why {patient_id, destroyed, kept, to_tell}; changes nothing. Errors as erase_subject; CD018 where something of it is locked at this moment. [N-49]';
alter function public.plan_erasure(uuid) owner to cordon_definer;
revoke all on function public.plan_erasure(uuid) from public;
grant execute on function public.plan_erasure(uuid) to authenticated;
