-- public.end_processor: from its commit on nothing leaves for the vendor of a service; a payload that is being taken is waited for.
create or replace function public.end_processor(service text)
  returns boolean
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not authz.is_operator('{admin}') then
    raise exception 'processors are not yours to end'
      using errcode = 'insufficient_privilege', hint = 'It takes an admin of operations.';
  end if;
  update governance.processors as p
     set archived_at = now()
   where p.service = end_processor.service
     and p.archived_at is null;
  return found;
end
$$;
comment on function public.end_processor(text) is
  'Ends the agreement with the processor of a service; returns whether there was one. 42501 for who is no admin of operations. [S-24]';
alter function public.end_processor(text) owner to cordon_definer;
revoke all on function public.end_processor(text) from public;
grant execute on function public.end_processor(text) to internal_ops;
