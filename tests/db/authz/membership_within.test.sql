-- authz.membership_within: a membership that holds at this hour, for this purpose and from this network.
begin;
select plan(13);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.organisation_networks disable trigger user;
delete from public.organisation_networks where organisation_id = 'a0000000-0000-7000-8000-000000000001';
update authz.deployment_settings set trusted_address_header = 'x-forwarded-for';
-- Hours of the day that this moment is within, and an hour that it is not.
create function pg_temp.now_or_not(is_now boolean) returns integer[] language sql as $$
  select case when is_now then array[h, (h + 2) % 24] else array[(h + 4) % 24, (h + 5) % 24] end from (select extract(hour from clock_timestamp() at time zone o.timezone)::integer from public.organisations as o where o.id = 'a0000000-0000-7000-8000-000000000001') as t (h)
$$;
create function pg_temp.within(hours integer[] default null, network boolean default false, purposes text default '{}', purpose text default '', address text default '', who text default '02', roles text default '{doctor}', capabilities text default '{}') returns text language plpgsql as $$
declare
  v_found authz.membership;
begin
  perform set_config('app.purpose', purpose, true), set_config('request.headers', case when address = '' then '' else jsonb_build_object('x-forwarded-for', address)::text end, true),
    set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who, 'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  v_found := authz.membership_within(roles::text[], capabilities::text[], hours, network, purposes::text[]);
  perform set_config('app.purpose', '', true), set_config('request.headers', '', true), set_config('request.jwt.claims', '', true);
  return coalesce(left(v_found.organisation_id::text, 1) || ' ' || v_found.role, 'nobody');
end
$$;
select is(pg_temp.within(), 'a doctor', 'a doctor is one of a clinic, for no purpose and at any hour [N-28 +, N-48 +]');
select is(pg_temp.within(who => '03') || ' ' || pg_temp.within(capabilities => '{finance}'), 'nobody nobody',
  'a nurse is no doctor, and a doctor has no finance [N-14 -]');
select is(pg_temp.within(hours => pg_temp.now_or_not(true)), 'a doctor', 'within the hours they are [N-28 +]');
select is(pg_temp.within(hours => pg_temp.now_or_not(false)), 'nobody', 'at another hour nobody is [N-28 -]');
select is(pg_temp.within(purpose => 'billing'), 'a doctor', 'a purpose that nobody asks for changes nothing [N-48 +]');
select is(pg_temp.within(purposes => '{data_view,treatment}', purpose => 'treatment'), 'a doctor', 'one that is among those asked for opens [N-48 +]');
select is(pg_temp.within(purposes => '{data_view,treatment}', purpose => 'billing'), 'nobody', 'another does not [N-48 -]');
select is(pg_temp.within(purposes => '{data_view,treatment}'), 'a doctor', 'who names none is not refused for it [N-48 +]');
select is(pg_temp.within(network => true)||', '||pg_temp.within(network => true, address => '198.51.100.7'), 'a doctor, a doctor',
  'where the clinic lists no network, whatever another lists, nobody needs an address [N-28 +, S-05 +]');
insert into public.organisation_networks (organisation_id, cidr, mode, archived_at) values ('a0000000-0000-7000-8000-000000000001', '203.0.113.0/24', 'allow', now());
select is(pg_temp.within(network => true, address => '198.51.100.7'), 'a doctor', 'nor where it put its list away [N-28 +]');
delete from public.organisation_networks where organisation_id <> 'a0000000-0000-7000-8000-000000000001';
insert into public.organisation_networks (organisation_id, cidr, mode) values ('a0000000-0000-7000-8000-000000000001', '192.0.2.0/24', 'allow');
select is(pg_temp.within(network => true, address => '192.0.2.10'), 'a doctor', 'from a network that it lists they are [N-28 +]');
select is(pg_temp.within(network => true, address => '198.51.100.7') || ' ' || pg_temp.within(network => true), 'nobody nobody',
  'from another nobody is, nor from nowhere [N-28 -]');
select is(pg_temp.within(address => '198.51.100.7'), 'a doctor', 'where no network is asked for it does not matter [N-28 +]');

select * from finish();
rollback;
