-- authz.uuid_v7: ids in the order of their making, as RFC 9562 lays them out.
begin;
select plan(5);

create temporary table made as
  select i, authz.uuid_v7() as id from generate_series(1, 500) as i;

select is(count(distinct id), 500::bigint, 'no id is made twice') from made;
select ok(bool_and(substr(id::text, 15, 1) = '7'), 'each says that it is of version 7') from made;
select ok(bool_and(substr(id::text, 20, 1) in ('8', '9', 'a', 'b')), 'each says that it is of the RFC''s variant') from made;
select ok(
  bool_and(('x' || replace(left(id::text, 13), '-', ''))::bit(48)::bigint
    between extract(epoch from now()) * 1000 - 60000 and extract(epoch from clock_timestamp()) * 1000),
  'the first 48 bits are the time in milliseconds'
) from made;
select function_privs_are('authz', 'uuid_v7', '{}'::text[], 'anon', '{}'::text[], 'who is not signed in makes none');

select * from finish();
rollback;
