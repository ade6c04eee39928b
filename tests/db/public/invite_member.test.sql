-- public.invite_member: a clinic_admin invites to a role below their own, one address at a time, for an hour to thirty days.
begin;
select plan(25);

-- What a member of the clinic is answered, by the end of their user_id; the server, without one.
create function pg_temp.by(who text, statement text, more jsonb default '{}') returns text language plpgsql as $$
declare
  v_answer text;
begin
  if who is not null then
    perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', (jsonb_build_object('sub', case left(who, 1) when 'b' then 'b1' else 'a1' end || '000000-0000-7000-8000-0000000000' || right(who, 2),
      'role', 'authenticated', 'session_id', case left(who, 1) when 'b' then 'b1' else 'a1' end || '000000-0000-7000-9000-0000000000' || right(who, 2)) || more)::text, true);
  end if;
  execute statement into v_answer;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return coalesce(v_answer, 'ok');
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
-- One that is in order, but for what is said otherwise; then what waits for that address, and for how many hours.
create function pg_temp.invite(more jsonb default '{}', who text default '01', claims jsonb default '{}') returns text language sql as $$
  select pg_temp.by(who, (select format('select split_part(token, ''.'', 1) = organisation_id::text and split_part(token, ''.'', 2) = invitation_id::text and length(split_part(token, ''.'', 3)) = 64
      from public.invite_member(%s), (select ''a0000000-0000-7000-8000-000000000001''::uuid as organisation_id) as o', string_agg(format('%I => %L', k.key, k.value), ', '))
    from jsonb_each_text('{"email": "new@example.org", "role": "nurse"}'::jsonb || more) as k), claims)
$$;
create function pg_temp.waits(address text default 'new@example.org') returns text language sql as $$
  select string_agg(concat_ws(' ', i.role, i.capabilities, round(extract(epoch from i.expires_at - now()) / 3600), case when i.archived_at is not null then 'away' end), ', ' order by i.archived_at nulls last, i.expires_at desc)
  from public.invitations as i where i.email = address
$$;
select is(pg_temp.invite() || ' ' || pg_temp.waits(), 'true nurse {} 168',
  'a clinic_admin invites, for a week where nothing else is said; the token says which invitation of which clinic it is [N-22 +]');
select is(pg_temp.invite('{"email": " New@Example.org ", "role": "doctor", "valid_hours": 1}') || ' ' || pg_temp.waits(), 'true nurse {} 168 away, doctor {} 1',
  'the next to the same address, however it is spelled, takes the place of the first [N-22 +]');
select is(pg_temp.invite(who => '02'), '42501 inviting is not yours', 'a doctor does not [N-22 -]');
select is(pg_temp.invite(who => '05'), '42501 inviting is not yours', 'nor reception [N-22 -]');
select is(pg_temp.invite(claims => '{"session_id": null}'), '42501 inviting is not yours', 'nor a clinic_admin without a session [N-22 -]');
select is(pg_temp.invite('{"role": "clinic_admin"}'), '42501 the role is not yours to give', 'to nobody''s own rank [N-22 -]');
select is(pg_temp.invite('{"role": "owner"}'), 'CD043 a member has another role', 'to no other role [N-22 -]');
select is(pg_temp.invite('{"role": null}'), 'CD043 a member has another role', 'nor to none [N-22 -]');
select is(pg_temp.invite('{"role": "receptionist", "valid_hours": 720}') || ' ' || pg_temp.waits(), 'true nurse {} 168 away, doctor {} 1 away, receptionist {} 720',
  'for thirty days [N-22 +]');
select is(pg_temp.invite('{"valid_hours": 721}'), 'CD043 an invitation is open from 1 to 720 hours', 'for no longer [N-22 -]');
select is(pg_temp.invite('{"valid_hours": 0}'), 'CD043 an invitation is open from 1 to 720 hours', 'for no less than an hour [N-22 -]');
select is(pg_temp.invite('{"valid_hours": null}'), 'CD043 an invitation is open from 1 to 720 hours', 'nor without an end [N-22 -]');
select is(pg_temp.invite('{"capabilities": "{finance,auditor}"}') || ' ' || right(pg_temp.waits(), 29), 'true , nurse {finance,auditor} 168',
  'with capabilities that there are [N-22 +]');
select is(pg_temp.invite('{"capabilities": null}'), 'CD043 a member has other capabilities', 'not with NULL [N-22 -]');
select is(pg_temp.invite('{"capabilities": "{finance,everything}"}'), 'CD043 a member has other capabilities', 'nor with others [N-22 -]');
select is(pg_temp.invite('{"capabilities": "{{finance}}"}'), 'CD043 a member has other capabilities', 'nor with a list of lists [N-22 -]');
select is(pg_temp.invite('{"capabilities": "{finance,finance,finance,finance,finance,finance,finance}"}'), 'CD043 a member has other capabilities',
  'nor with more than there are [N-22 -]');
select is(pg_temp.invite('{"email": "nobody"}'), 'CD043 an invitation goes to one address', 'to an address [N-22 -]');
select is(pg_temp.invite('{"email": "a b@example.org"}'), 'CD043 an invitation goes to one address', 'without blanks [N-22 -]');
select is(pg_temp.invite('{"email": "a@b@example.org"}'), 'CD043 an invitation goes to one address', 'to one [N-22 -]');
select is(pg_temp.invite('{"email": null}'), 'CD043 an invitation goes to one address', 'and not to nobody [N-22 -]');
select is(pg_temp.invite(jsonb_build_object('email', repeat('x', 65) || '@example.org')), 'CD043 an invitation goes to one address',
  'of 65 signs before its domain it is none [N-22 -]');
select is(pg_temp.invite(jsonb_build_object('email', repeat('x', 64) || '@example.org')), 'true', 'of 64 it is [N-22 +]');
select is(pg_temp.invite('{"email": "other@example.org"}') || ' ' || pg_temp.waits('other@example.org') || ' ' || right(pg_temp.waits(), 29), 'true nurse {} 168 , nurse {finance,auditor} 168',
  'what waits for one address says nothing of another [N-22 +]');
select is(coalesce((select string_agg(right(i.organisation_id::text, 1) || right(i.created_by_user_id::text, 2), ' ') from public.invitations as i where i.email = 'other@example.org'), ''), '101',
  'it is written as who invited, in their clinic [N-22 +, S-16 +]');

select * from finish();
rollback;
