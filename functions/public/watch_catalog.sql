-- public.watch_catalog: compares the catalog with what was last recorded of it, and records each difference once. The record is the memory:
-- there is no second table that somebody could set right, and the record is sealed. The first time, everything is written down as first
-- seen. Runs on any server, without superuser, by command, by the server or by pg_cron.
create or replace function public.watch_catalog()
  returns setof jsonb
  language plpgsql
  volatile
  security definer
  set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_first boolean;
  v_difference record;
  v_event_type text;
begin
  perform audit.require_auditor();
  -- On an older snapshot, what a watch before this one recorded could be recorded again.
  perform authz.require_read_committed();
  perform audit.take_turn('audit.deployment_events');
  v_is_first := not exists (select from audit.deployment_events as e where e.event_type = 'catalog.first_seen');
  for v_difference in
    with known as (
      select distinct on (e.object) e.object, e.details ->> 'kind' as kind, e.details ->> 'to' as state
      from audit.deployment_events as e
      where e.event_type like 'catalog.%'
        and e.event_type <> 'catalog.ddl'
      order by e.object, e.occurred_at desc, e.id desc
    )
    select coalesce(now.kind, known.kind) as kind, coalesce(now.object, known.object) as object, known.state as before, now.state as after
    from audit.catalog_states() as now
    full join known on known.object = now.object
    where now.state is distinct from known.state
    order by 1, 2
  loop
    v_event_type := case
      when v_is_first then 'catalog.first_seen'
      else audit.catalog_event_type(v_difference.kind, v_difference.before, v_difference.after)
    end;
    perform authz.record_deployment_event(
      v_event_type, v_difference.object,
      jsonb_build_object('kind', v_difference.kind, 'from', v_difference.before, 'to', v_difference.after)
    );
    return next jsonb_build_object(
      'event_type', v_event_type, 'object', v_difference.object, 'from', v_difference.before, 'to', v_difference.after
    );
  end loop;
end
$$;
comment on function public.watch_catalog() is
  'Records what the catalog holds otherwise than last time; returns {event_type, object, from, to} of each. 42501 for who is neither auditor nor server, CD007 above READ COMMITTED. [N-37, N-54, S-27]';
alter function public.watch_catalog() owner to cordon_definer;
revoke all on function public.watch_catalog() from public;
grant execute on function public.watch_catalog() to internal_ops, service_role;
