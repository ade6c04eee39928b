-- public.bypass_alerts: which events of a deployment somebody should look at, and which of an object is the latest.
begin;
select plan(8);

create function pg_temp.put(event_type text, object text default 'planted', details jsonb default '{}', at interval default '0', id text default null) returns void language sql as $$
  insert into audit.deployment_events (id, event_type, object, actor_realm, actor_login, occurred_at, details) values (coalesce(id, md5(random()::text))::uuid, event_type, object, 'system', 'planted', '2026-03-10 12:00Z'::timestamptz + at, details)
$$;
-- What is told of what was planted; then it is gone again.
create function pg_temp.alerts() returns text language plpgsql as $$
declare
  v_said text := (select string_agg(concat_ws(' ', a.event_type, case when a.object <> 'planted' then a.object end, case when a.is_latest then 'latest' end), ', ' order by a.object, a.occurred_at, a.id) from public.bypass_alerts as a where a.actor_login = 'planted');
begin
  delete from audit.deployment_events as e where e.actor_login = 'planted';
  return coalesce(v_said, 'nothing');
end
$$;
alter table audit.deployment_events disable trigger user, drop constraint deployment_events_details_check;
do $$ begin perform pg_temp.put(t, t) from unnest('{catalog.bypass_granted,catalog.constraint_changed,catalog.constraint_dropped,catalog.event_trigger_changed,catalog.event_trigger_disabled,catalog.event_trigger_dropped,catalog.function_changed,catalog.function_dropped,catalog.membership_granted,catalog.owner_changed,catalog.policy_added,catalog.policy_altered,catalog.policy_dropped,catalog.rights_changed,catalog.row_security_off,catalog.rule_added,catalog.rule_changed,catalog.table_published,catalog.trigger_added,catalog.trigger_changed,catalog.trigger_disabled,catalog.trigger_dropped,catalog.view_changed,deployment.settings_changed,operator.granted,operator.role_changed,operator.resumed}'::text[]) as t; end $$;
select is((select count(*) from public.bypass_alerts as a where a.actor_login = 'planted' and a.is_latest)::text || left(pg_temp.alerts(), 0), '27',
  'twenty-seven kinds of events are alerts [N-54 +]');
do $$ begin perform pg_temp.put(t, t, '{"to": "owner 1"}') from unnest('{catalog.first_seen,catalog.table_added,catalog.row_security_on,catalog.bypass_revoked,catalog.membership_revoked,catalog.table_unpublished,catalog.ddl,catalog.owner_added,catalog.rights_added,catalog.constraint_added}'::text[]) as t; end $$;
select is(pg_temp.alerts(), 'nothing', 'what was seen first, came, was taken away or done by a statement of ours is none [N-54 -]');
do $$ begin perform pg_temp.put('catalog.function_added', 'a', '{"to": "definer 1"}'), pg_temp.put('catalog.function_added', 'b', '{"to": "invoker 1"}'), pg_temp.put('catalog.view_added', 'c', '{"to": "owner 1"}'), pg_temp.put('catalog.view_added', 'd', '{"to": "invoker 1"}'); end $$;
select is(pg_temp.alerts(), 'catalog.function_added a latest, catalog.view_added c latest',
  'a function or a view that came is one where it does not run as who calls [N-54 +, N-54 -]');
do $$ begin perform pg_temp.put('catalog.policy_altered'), pg_temp.put('catalog.policy_dropped', at => '1 minute'); end $$;
select is(pg_temp.alerts(), 'catalog.policy_altered, catalog.policy_dropped latest', 'of two of an object the later one is the latest [N-54 +]');
do $$ begin perform pg_temp.put('catalog.policy_dropped'), pg_temp.put('catalog.row_security_on', at => '1 minute'); end $$;
select is(pg_temp.alerts(), 'catalog.policy_dropped', 'also where the later one is no alert [N-54 +]');
do $$ begin perform pg_temp.put('catalog.policy_dropped'), pg_temp.put('catalog.ddl', at => '1 minute'); end $$;
select is(pg_temp.alerts(), 'catalog.policy_dropped latest', 'a statement is no event of the object [N-54 -]');
do $$ begin perform pg_temp.put('catalog.policy_dropped'), pg_temp.put('catalog.policy_dropped', 'planted too', at => '1 minute'); end $$;
select is(pg_temp.alerts(), 'catalog.policy_dropped latest, catalog.policy_dropped planted too latest', 'nor is what happened to another one [N-54 -]');
do $$ begin perform pg_temp.put('catalog.policy_altered', id => '00000000-0000-7000-8000-000000000001'), pg_temp.put('catalog.policy_dropped', id => '00000000-0000-7000-8000-000000000002'); end $$;
select is(pg_temp.alerts(), 'catalog.policy_altered, catalog.policy_dropped latest', 'of one moment the one with the greater id is the latest [N-54 +]');

select * from finish();
rollback;
