-- authz.tg__recorded: a record is written by the function that saw what it tells, and by nobody's say-so, not the owner's.
begin;

create function pg_temp.copied(relation regclass) returns text language plpgsql as $$
declare
  v_columns text;
begin
  select string_agg(quote_ident(attname), ', ') into v_columns
    from pg_attribute where attrelid = relation and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = '' and attname <> 'id';
  return format('insert into %1$s (%2$s) select %2$s from %1$s as r where coalesce(to_jsonb(r) ->> ''organisation_id'', '''') = current_setting(''app.pinned_organisation_id'') order by id limit 1',
    relation, v_columns);
end
$$;
create function pg_temp.counted() returns bigint language sql as $$
  select count(*) from audit.security_events where event_type like 'membership.%'
$$;

select plan(6);
set local app.pinned_organisation_id = '';
select throws_ok(pg_temp.copied('audit.deployment_events'), 'CD014', 'deployment_events is written by functions only', 'audit.deployment_events takes no row of its owner''s [N-36 -, N-37 -]');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
select throws_ok(pg_temp.copied(r::regclass), 'CD014', split_part(r, '.', 2) || ' is written by functions only', r || ' takes no row of its owner''s [N-36 -, N-37 -]')
from unnest('{audit.security_events,audit.context_log,audit.app_events}'::text[]) as r;
create temporary table before as select pg_temp.counted() as events;
select lives_ok($$ update public.organisation_members set role = 'assistant' where organisation_id = 'a0000000-0000-7000-8000-000000000001' and user_id = 'a1000000-0000-7000-8000-000000000003' $$,
  'what it tells of is done [N-37 +]');
select cmp_ok(pg_temp.counted(), '>', (select events from before), 'and is recorded by that [N-37 +]');

select * from finish();
rollback;
