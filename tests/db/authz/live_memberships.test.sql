-- authz.live_memberships: each of its conditions alone ends a membership. Triggers are off: they would stamp what is set.
begin;
select plan(9);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.organisation_members disable trigger user;
alter table public.organisations disable trigger user;

create function pg_temp.nurse_when(assignment text) returns bigint language plpgsql as $$
declare
  v_count bigint;
begin
  execute 'update public.organisation_members set ' || assignment || ' where id = ''a4000000-0000-7000-8000-000000000003''';
  select count(*) into v_count from authz.live_memberships where user_id = 'a1000000-0000-7000-8000-000000000003';
  update public.organisation_members set accepted_at = now(), is_active = true, archived_at = null, valid_until = null
  where id = 'a4000000-0000-7000-8000-000000000003';
  return v_count;
end
$$;

select is(pg_temp.nurse_when('valid_until = null'), 1::bigint, 'a member counts, once [N-16 +]');
select is(pg_temp.nurse_when('valid_until = now() + interval ''1 day'''), 1::bigint, 'until the last moment of their time [N-16 +]');
select is(pg_temp.nurse_when('valid_until = now() - interval ''1 second'''), 0::bigint, 'and not after it [N-16 -]');
select is(pg_temp.nurse_when('accepted_at = null'), 0::bigint, 'nor before they have accepted [N-22 -]');
select is(pg_temp.nurse_when('is_active = false'), 0::bigint, 'nor deactivated [N-16 -]');
select is(pg_temp.nurse_when('archived_at = now()'), 0::bigint, 'nor archived [N-16 -]');

update public.organisations set archived_at = now() where id = 'a0000000-0000-7000-8000-000000000001';
select is(pg_temp.nurse_when('valid_until = null'), 0::bigint, 'nor in a closed organisation [N-16 -]');
update public.organisations set archived_at = null where id = 'a0000000-0000-7000-8000-000000000001';
update public.organisations set archived_at = now() where id = 'b0000000-0000-7000-8000-000000000001';
select is(pg_temp.nurse_when('valid_until = null'), 1::bigint, 'another organisation that closes changes nothing [N-16 +]');
select is((select count(*) from authz.live_memberships where organisation_id = 'b0000000-0000-7000-8000-000000000001'), 0::bigint, 'but for its own members [N-16 -]');

select * from finish();
rollback;
