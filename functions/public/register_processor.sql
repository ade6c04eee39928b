-- public.register_processor: the vendor of a service from now on, with the agreement as it was signed: one that allows training is written down
-- too, and nothing leaves under it. Whoever was there before is archived, not changed: dispatches name them.
create or replace function public.register_processor(service text, name text, no_training boolean, dpa_from date, dpa_until date)
  returns uuid
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid;
begin
  if not authz.is_operator('{admin}') then
    raise exception 'processors are not yours to register'
      using errcode = 'insufficient_privilege', hint = 'It takes an admin of operations.';
  end if;
  perform public.end_processor(service);
  insert into governance.processors (service, name, no_training, dpa_from, dpa_until)
  values (service, name, no_training, dpa_from, dpa_until)
  returning id into v_id;
  return v_id;
end
$$;
comment on function public.register_processor(text, text, boolean, date, date) is
  'Makes a third party the processor of a service, under an agreement from one day to another (UTC, both included); returns its id. 42501 for who is no admin of operations, 23514 for an unknown service or an agreement that ends before it begins, 23505 where somebody registers another at the same time. [S-24]';
alter function public.register_processor(text, text, boolean, date, date) owner to cordon_definer;
revoke all on function public.register_processor(text, text, boolean, date, date) from public;
grant execute on function public.register_processor(text, text, boolean, date, date) to internal_ops;
