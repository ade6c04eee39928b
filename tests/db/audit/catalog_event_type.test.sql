-- audit.catalog_event_type: what a difference of the catalog is called.
begin;
select plan(15);

-- What is said of a kind, of each of these states before and after.
create function pg_temp.types(kind text, variadic states text[]) returns text language sql as $$
  select string_agg(split_part(audit.catalog_event_type(kind, nullif(split_part(s, '>', 1), ''), nullif(split_part(s, '>', 2), '')), '.', 2), ' ' order by place) from unnest(states) with ordinality as t (s, place)
$$;
select is(pg_temp.types('trigger', '>always 1', 'always 1>', 'always 1>always 2'), 'trigger_added trigger_dropped trigger_changed',
  'what was not there is added, what is not there any more is dropped, and the rest has changed [N-54 +]');
select is(pg_temp.types('trigger', 'always 1>not in replica 1', 'not in replica 1>in replica only 1', 'in replica only 1>disabled 1', 'always 1>disabled 1'), 'trigger_disabled trigger_disabled trigger_disabled trigger_disabled',
  'a trigger that holds in fewer sessions than before is disabled [N-54 +]');
select is(pg_temp.types('trigger', 'not in replica 1>always 1', 'disabled 1>always 1', 'disabled 1>disabled 2', 'not in replica 1>not in replica 2'), 'trigger_changed trigger_changed trigger_changed trigger_changed',
  'one that holds in more or as many has changed [N-54 -]');
select is(pg_temp.types('trigger', '>disabled 1', 'disabled 1>'), 'trigger_disabled trigger_dropped',
  'one that comes disabled is, one that goes so is dropped [N-54 +, N-54 -]');
select is(pg_temp.types('event_trigger', '>always 1', '>disabled 1', 'always 1>disabled 1', 'always 1>', 'disabled 1>always 1'), 'event_trigger_added event_trigger_disabled event_trigger_disabled event_trigger_dropped event_trigger_changed',
  'of a trigger of events the same [N-54 +]');
select is(pg_temp.types('function', '>disabled 1', 'always 1>disabled 1'), 'function_added function_changed',
  'nothing else is disabled by what its state begins with [N-54 -]');
select is(pg_temp.types('foreign_key', '>disabled', 'disabled>', 'disabled>other'), 'trigger_disabled trigger_changed trigger_disabled',
  'a foreign key that does not check is a trigger disabled, until it checks again [N-54 +]');
select is(pg_temp.types('policy', '>a', 'a>', 'a>b'), 'policy_added policy_dropped policy_altered', 'a policy is added, dropped or altered [N-54 +]');
select is(pg_temp.types('row_security', '>forced', 'on>forced', 'off>forced', 'forced>'), 'table_added row_security_on row_security_on table_dropped',
  'row security is on where it is forced, or on where it was off; a table that comes with it forced was added [N-54 +]');
select is(pg_temp.types('row_security', 'off>on', 'forced>on', '>on', 'forced>off', 'on>off', '>off', 'off>off'), 'row_security_on row_security_off row_security_off row_security_off row_security_off row_security_off row_security_off',
  'and off where it became less, or never was [N-54 -, N-54 +]');
select is(pg_temp.types('bypass', '>superuser', 'bypassrls>superuser bypassrls', 'superuser bypassrls>bypassrls', 'superuser>', 'bypassrls>superuser'), 'bypass_granted bypass_granted bypass_revoked bypass_revoked bypass_granted',
  'who may bypass more is granted it, who may less or is gone has lost it [N-54 +, N-54 -]');
select is(pg_temp.types('membership', '>true', 'true>', 'true>false'), 'membership_granted membership_revoked membership_granted',
  'a membership is granted, also on other terms, or revoked [N-54 +]');
select is(pg_temp.types('publication', '>published', 'published>'), 'table_published table_unpublished', 'a table is published or no more [N-54 +]');
select is(pg_temp.types('grants', '>a', 'a>', 'a>b'), 'rights_added rights_dropped rights_changed', 'rights are added, dropped or changed [N-54 +]');
select is(pg_temp.types('view', '>a', 'a>', 'a>b'), 'view_added view_dropped view_changed', 'and whatever else there is [N-54 +]');

select * from finish();
rollback;
