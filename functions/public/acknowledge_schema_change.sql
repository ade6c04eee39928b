-- public.acknowledge_schema_change: operations have read what a migration changes of what they share, and let it come.
create or replace function public.acknowledge_schema_change(version text, checksum text)
  returns timestamptz
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  return authz.decide_schema_change(version, checksum, 'acknowledged', null);
end
$$;
comment on function public.acknowledge_schema_change(text, text) is
  'Acknowledges a proposed migration by its checksum; returns when. 42501 for who is no admin of operations, CD010 for a proposal that does not wait. [S-28]';
alter function public.acknowledge_schema_change(text, text) owner to cordon_definer;
revoke all on function public.acknowledge_schema_change(text, text) from public;
grant execute on function public.acknowledge_schema_change(text, text) to internal_ops;
