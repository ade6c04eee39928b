-- audit.tg__ddl: where the server permits event triggers, each command that changes a schema is recorded as it is given, with its login. It tells who
-- and when at once, what watch_catalog finds out later; shared objects (roles, their memberships) fire none, and superusers may switch it off.
create or replace function audit.tg__ddl()
  returns event_trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_object record;
begin
  if tg_event = 'sql_drop' then
    for v_object in
      select distinct d.object_type, d.object_identity
      from pg_event_trigger_dropped_objects() as d
      where d.original and not d.is_temporary
    loop
      perform authz.record_deployment_event(
        'catalog.ddl', v_object.object_type || ' ' || v_object.object_identity, jsonb_build_object('command', tg_tag)
      );
    end loop;
    return;
  end if;
  for v_object in
    select distinct c.object_type, c.object_identity
    from pg_event_trigger_ddl_commands() as c
    where c.schema_name is distinct from 'pg_temp' and c.object_identity is not null
  loop
    perform authz.record_deployment_event(
      'catalog.ddl', v_object.object_type || ' ' || v_object.object_identity, jsonb_build_object('command', tg_tag)
    );
  end loop;
end
$$;
comment on function audit.tg__ddl() is
  'Records each command that changes a schema, where an event trigger of the deployment calls it. [N-54, S-27]';
alter function audit.tg__ddl() owner to cordon_definer;
revoke all on function audit.tg__ddl() from public;
