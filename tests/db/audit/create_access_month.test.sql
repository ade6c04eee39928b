-- audit.create_access_month: the partition of a month, in UTC, where there is none: with its own triggers, row security, and a line that says what it is.
begin;
select plan(4);

set local timezone = 'America/Sao_Paulo';
-- What stands of a month: row security, its triggers and when they fire, what it is called, from when to when, whose it is.
create function pg_temp.month(name text) returns text language sql as $$
  select concat_ws(' | ', case when c.relrowsecurity then 'secured' end, case when c.relforcerowsecurity then 'forced' end,
    (select string_agg(g.tgname || ' ' || g.tgenabled::text, ', ' order by g.tgname) from pg_trigger as g where g.tgrelid = c.oid and not g.tgisinternal), obj_description(c.oid, 'pg_class'), pg_get_expr(c.relpartbound, c.oid), pg_get_userbyid(c.relowner),
    (select string_agg(r.name, ' ') from unnest('{anon,authenticated,patient,internal_ops,service_role}'::text[]) as r (name) where has_any_column_privilege(r.name, c.oid, 'select, insert, update')))
  from pg_class as c where c.relnamespace = 'access_log_months'::regnamespace and c.relname = name
$$;
select is(coalesce(pg_temp.month('access_log_2001_05'), 'none'), 'none', 'of a month without records there is nothing [N-35 -]');
do $$ begin perform audit.create_access_month('2001-05-31 23:59:59.999999Z'); end $$;
select is(coalesce(pg_temp.month('access_log_2001_05'), 'none'), 'secured | forced | _020_append_only A, _021_no_truncate A | Records of 2001-05, UTC. [N-35] | FOR VALUES FROM (''2001-04-30 21:00:00-03'') TO (''2001-05-31 21:00:00-03'') | postgres',
  'to its last moment it is made, as the month is in UTC: secured, with triggers that fire in every session, named, and nobody''s to read or write [N-35 +]');
do $$ begin perform audit.create_access_month('2001-05-01 00:00Z'); end $$;
select is(coalesce(pg_temp.month('access_log_2001_05'), 'none'), 'secured | forced | _020_append_only A, _021_no_truncate A | Records of 2001-05, UTC. [N-35] | FOR VALUES FROM (''2001-04-30 21:00:00-03'') TO (''2001-05-31 21:00:00-03'') | postgres',
  'from its first moment on it is the same, and is made once [N-35 +]');
-- Of that name there is another table, which is no month of the log, and of another table a partition.
create table public.access_log_2001_07 (id integer);
create table public.planted (at timestamptz) partition by range (at);
create table public.access_log_2001_08 partition of public.planted for values from ('2001-08-01Z') to ('2001-09-01Z');
do $$ begin perform audit.create_access_month(m) from unnest(array['2001-07-01 00:00Z', '2001-08-01 00:00Z']::timestamptz[]) as m; end $$;
select is(concat_ws(' ', left(pg_temp.month('access_log_2001_07'), 7), left(pg_temp.month('access_log_2001_08'), 7), coalesce(pg_temp.month('access_log_2001_06'), 'no June')), 'secured secured no June',
  'what is called as it elsewhere, and is no month of the log, does not stand for it; no other month is made [N-35 +, N-35 -]');

select * from finish();
rollback;
