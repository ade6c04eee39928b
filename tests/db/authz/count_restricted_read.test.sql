-- authz.count_restricted_read: so many a minute, by login.
begin;
select plan(13);

create function pg_temp.sign_in(user_id text) returns void language sql as $$
  select set_config('request.jwt.claims', jsonb_build_object(
    'sub', user_id, 'role', 'authenticated', 'session_id', replace(user_id, '-8000-', '-9000-'))::text, true);
$$;
create function pg_temp.reads(times integer) returns void language plpgsql as $$
begin
  for i in 1..times loop
    perform authz.count_restricted_read();
  end loop;
end
$$;
/* Time goes by: what was read lies further back. */
create function pg_temp.passed(span interval) returns void language sql as $$
  update authz.restricted_reads as r
  set read_at = array(select u.at - span from unnest(r.read_at) as u (at) order by u.at)
  where r.user_id = 'a1000000-0000-7000-8000-000000000002';
$$;

select is((select restricted_reads_per_minute from authz.deployment_settings), 60, 'sixty a minute unless the deployment says otherwise [N-52 +]');
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000002');
select lives_ok($$ select pg_temp.reads(60) $$, 'sixty reads pass [N-52 +]');
select throws_ok($$ select authz.count_restricted_read() $$, 'CD041', 'too many restricted reads in a minute', 'the sixty-first does not [N-52 -]');
select pg_temp.passed('50 seconds');
select throws_ok($$ select authz.count_restricted_read() $$, 'CD041', null, 'nor just before the minute is over [N-52 -]');
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000003');
select lives_ok($$ select authz.count_restricted_read() $$, 'somebody else reads [N-52 +]');
select pg_temp.sign_in('a1000000-0000-7000-8000-000000000002');
select pg_temp.passed('10 seconds');
select lives_ok($$ select pg_temp.reads(60) $$, 'after it sixty more pass [N-52 +]');
select is((select cardinality(read_at) from authz.restricted_reads where user_id = 'a1000000-0000-7000-8000-000000000002'), 60, 'no more is kept than counts [N-52 +]');
select throws_ok($$ select authz.count_restricted_read() $$, 'CD041', null, 'and no more [N-52 -]');
update authz.deployment_settings set restricted_reads_per_minute = 61;
select lives_ok($$ select authz.count_restricted_read() $$, 'the deployment may allow more [N-52 +]');
set local request.method = 'POST';
select throws_ok($$ select authz.count_restricted_read() $$, 'PGRST', '{"code" : "CD041", "message" : "too many restricted reads in a minute", "details" : null, "hint" : "Wait, and read what is needed; an export is another way."}', 'a request of PostgREST is told 429 [N-52 -]');
set local request.method = '';
select set_config('request.jwt.claims', '', true);
select throws_ok($$ select authz.count_restricted_read() $$, '42501', 'no live session', 'nobody reads at all [N-52 -]');
select throws_ok($$ update authz.deployment_settings set restricted_reads_per_minute = 0 $$, '23514', null, 'a limit that forbids all is none [N-52 -]');
select is(
  (select count(*) from pg_roles as r where r.rolname in ('anon', 'authenticated', 'internal_ops', 'patient', 'service_role')
     and has_function_privilege(r.oid, 'authz.count_restricted_read()', 'execute')),
  0::bigint, 'nobody counts for themselves [N-52 -]'
);

select * from finish();
rollback;
