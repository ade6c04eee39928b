-- public.list_schema_changes: what waits for operations, and what they have decided: callers have no USAGE on governance.
create or replace function public.list_schema_changes(waiting_only boolean default true)
  returns setof jsonb
  language plpgsql
  stable
  parallel unsafe
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  if not authz.is_operator('{}') then
    raise exception 'schema changes are not yours to read'
      using errcode = 'insufficient_privilege', hint = 'It takes a member of operations.';
  end if;
  return query
  select jsonb_build_object(
    'version', c.version, 'name', c.name, 'checksum', c.checksum, 'status', c.status, 'access', c.access,
    'shared_objects', c.shared_objects, 'proposed_by', c.proposed_by, 'proposed_at', c.created_at,
    'decided_at', c.decided_at, 'decided_by_user_id', c.decided_by_user_id, 'note', c.note
  )
  from governance.schema_changes as c
  where not waiting_only
    or c.status = 'proposed'
  order by c.version, c.created_at;
end
$$;
comment on function public.list_schema_changes(boolean) is
  'Proposed migrations with what they change, oldest first; all of them with false. 42501 for who is no member of operations. [S-28]';
alter function public.list_schema_changes(boolean) owner to cordon_definer;
revoke all on function public.list_schema_changes(boolean) from public;
grant execute on function public.list_schema_changes(boolean) to internal_ops;
