-- authz.is_within_networks: whether an address is one of those from which a clinic is at work.
begin;
select plan(22);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
delete from public.organisation_networks where organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.organisation_networks disable trigger user;
create function pg_temp.within(address text, lists text default '', archived timestamptz default null, clinic text default 'a') returns boolean language plpgsql as $$
declare
  v_is_within boolean;
begin
  insert into public.organisation_networks (organisation_id, cidr, mode, label, archived_at)
  select 'a0000000-0000-7000-8000-000000000001', split_part(n, ' ', 2)::cidr, split_part(n, ' ', 1), 'x', archived from unnest(string_to_array(nullif(lists, ''), ', ')) as n;
  v_is_within := authz.is_within_networks((clinic || '0000000-0000-7000-8000-000000000001')::uuid, address::inet);
  delete from public.organisation_networks where organisation_id = 'a0000000-0000-7000-8000-000000000001';
  return v_is_within;
end
$$;

select ok(pg_temp.within('203.0.113.9'), 'who lists nothing is at work anywhere [N-28 +]');
select ok(pg_temp.within(null), 'from nowhere too [N-28 +]');
select ok(pg_temp.within('192.0.2.0', 'allow 192.0.2.0/24') and pg_temp.within('192.0.2.255', 'allow 192.0.2.0/24'), 'from its first address to its last [N-28 +]');
select ok(not pg_temp.within('192.0.3.0', 'allow 192.0.2.0/24') and not pg_temp.within('192.0.1.255', 'allow 192.0.2.0/24'), 'not from beside it [N-28 -]');
select ok(not pg_temp.within(null, 'allow 192.0.2.0/24'), 'nor from nowhere [N-28 -]');
select ok(pg_temp.within('198.51.100.1', 'allow 192.0.2.0/24, allow 198.51.100.0/24'), 'from any that is allowed [N-28 +]');
select ok(not pg_temp.within('192.0.2.7', 'allow 192.0.2.0/24, deny 192.0.2.0/28'), 'but from what is denied in it [N-28 -]');
select ok(pg_temp.within('192.0.2.77', 'allow 192.0.2.0/24, deny 192.0.2.0/28'), 'beside which it is allowed [N-28 +]');
select ok(not pg_temp.within('192.0.2.7', 'deny 192.0.2.0/24'), 'who only denies, denies that [N-28 -]');
select ok(pg_temp.within('203.0.113.9', 'deny 192.0.2.0/24'), 'and allows all else [N-28 +]');
select ok(not pg_temp.within(null, 'deny 192.0.2.0/24'), 'but nowhere [N-28 -]');
select ok(pg_temp.within('203.0.113.9', 'allow 192.0.2.0/24', now()), 'what was put away is no list [N-28 +]');
select ok(pg_temp.within('192.0.2.7', clinic => 'b') and not pg_temp.within('203.0.113.9', clinic => 'b'), 'nor is another clinic''s [S-05 +, S-05 -]');
select ok(not pg_temp.within('203.0.113.9', 'allow 203.0.113.0/24', clinic => 'b'), 'which allows what it lists itself [S-05 -]');
select ok(pg_temp.within('::ffff:192.0.2.7', 'allow ::ffff:192.0.2.0/120'), 'an address of IPv4 in the clothes of IPv6, listed as such [N-28 +]');
select ok(pg_temp.within('192.0.2.7', 'allow ::ffff:192.0.2.0/120'), 'is the same without [N-28 +]');
select ok(not pg_temp.within('192.0.3.7', 'allow ::ffff:192.0.2.0/120'), 'and no other [N-28 -]');
select ok(not pg_temp.within('192.0.2.7', 'allow ::/0'), 'all of IPv6 allows none of IPv4 [N-28 -]');
select ok(pg_temp.within('2001:db8::1', 'allow 2001:db8::/32') and not pg_temp.within('2001:db9::1', 'allow 2001:db8::/32'), 'IPv6 is listed alike [N-28 +, N-28 -]');
select ok(not pg_temp.within('192.0.2.7', 'deny ::ffff:192.0.2.0/120'), 'and denied alike [N-28 -]');
select ok(pg_temp.within('192.0.2.0/28', 'allow 192.0.2.0/24') and not pg_temp.within('192.0.2.0/16', 'allow 192.0.2.0/24'), 'a range is in one that holds all of it [N-28 +, N-28 -]');
select ok(pg_temp.within('192.0.2.0/28', 'allow ::ffff:192.0.2.0/120') and not pg_temp.within('192.0.2.0/23', 'allow ::ffff:192.0.2.0/120'), 'in either writing [N-28 +, N-28 -]');

select * from finish();
rollback;
