-- public.watch_catalog: what the catalog holds otherwise than was last recorded is recorded once; the first time as first seen.
begin;
select plan(8);

alter table audit.deployment_events disable trigger user, drop constraint deployment_events_details_check;
delete from audit.deployment_events where event_type like 'catalog.%';
-- The catalog as it is said to be here.
create table public.planted_catalog (kind text, object text, state text);
grant select on public.planted_catalog to cordon_definer;
create or replace function audit.catalog_states() returns table (kind text, object text, state text) language plpgsql stable as $$ begin return query select c.kind, c.object, c.state from public.planted_catalog as c; end $$;
insert into public.planted_catalog values ('policy', 'policy one', 'a'), ('trigger', 'trigger one', 'always a');
-- What it answers, and what is recorded of it.
create function pg_temp.watched() returns text language plpgsql as $$
declare
  v_said text;
  v_since constant timestamptz := clock_timestamp();
begin
  v_said := (select string_agg(concat_ws(' ', w ->> 'event_type', w ->> 'object', coalesce(w ->> 'from', '-'), coalesce(w ->> 'to', '-')), ', ' order by w ->> 'object') from public.watch_catalog() as w);
  return coalesce(v_said, 'nothing') || coalesce(' | ' || (select string_agg(concat_ws(' ', e.event_type, e.object, e.details ->> 'kind', coalesce(e.details ->> 'from', '-'), coalesce(e.details ->> 'to', '-'), e.actor_realm), ', ' order by e.object) from audit.deployment_events as e where e.occurred_at >= v_since), '');
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
select is(pg_temp.watched(), 'catalog.first_seen policy one - a, catalog.first_seen trigger one - always a | catalog.first_seen policy one policy - a system, catalog.first_seen trigger one trigger - always a system',
  'the first time everything is seen first, whatever else was recorded before [N-54 +]');
select is(pg_temp.watched(), 'nothing', 'the second time nothing is otherwise [N-54 -]');
update public.planted_catalog set state = 'b' where object = 'policy one';
insert into public.planted_catalog values ('publication', 'table two', 'published');
select is(pg_temp.watched(), 'catalog.policy_altered policy one a b, catalog.table_published table two - published | catalog.policy_altered policy one policy a b system, catalog.table_published table two publication - published system',
  'what is, is recorded as what it is: an object that changed, and one that came [N-54 +]');
select is(pg_temp.watched(), 'nothing', 'once [N-54 -]');
delete from public.planted_catalog where object = 'trigger one';
select is(pg_temp.watched(), 'catalog.trigger_dropped trigger one always a - | catalog.trigger_dropped trigger one trigger always a - system',
  'one that is there no more is dropped [N-54 +]');
select is(pg_temp.watched(), 'nothing', 'once [N-54 -]');
insert into audit.deployment_events (event_type, object, actor_realm, actor_login, details) select 'catalog.ddl', 'policy one', 'system', 'planted', e.details || '{"to": "c"}' from audit.deployment_events as e where e.object = 'policy one' limit 1;
select is(pg_temp.watched(), 'nothing', 'what a statement was recorded to do is no state of the object [N-54 -]');
create or replace function authz.require_read_committed() returns void language plpgsql stable as $$ begin raise exception 'an older snapshot' using errcode = 'CD007'; end $$;
select is(pg_temp.watched(), 'CD007 an older snapshot', 'nothing is watched on an older snapshot [N-54 -]');

select * from finish();
rollback;
