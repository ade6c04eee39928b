-- public.create_organisation: a tenant is born whole, by an operations admin.
begin;
select plan(8);

-- Who creates a role administers it, and from 16 on may not act as it until granted.
grant internal_ops to current_user;

select is_definer('public', 'set_context', '{uuid,text}'::text[], 'set_context is a definer function');
select is_definer('public', 'create_organisation', '{text,text,text,text,text,uuid}'::text[], 'create_organisation is one too: operations insert no memberships by themselves');

set local request.jwt.claims = '{"sub": "f1000000-0000-7000-8000-000000000002", "session_id": "f1000000-0000-7000-9000-000000000002", "role": "internal_ops"}';
set local role internal_ops;
select throws_ok($$ select public.create_organisation('X', 'clinic', 'TH', 'Asia/Bangkok', 'pdpa', 'e1000000-0000-7000-8000-000000000002') $$, '42501', null, 'an agent creates none [N-05 -]');

set local request.jwt.claims = '{"sub": "f1000000-0000-7000-8000-000000000001", "session_id": "f1000000-0000-7000-9000-000000000001", "role": "internal_ops"}';
select lives_ok($$ select public.create_organisation('New Clinic', 'clinic', 'TH', 'Asia/Bangkok', 'pdpa', 'e1000000-0000-7000-8000-000000000002') $$, 'an admin creates one [N-05 +]');
select throws_ok($$ select public.create_organisation('New Clinic', 'clinic', 'TH', 'Mars/Olympus', 'pdpa', 'e1000000-0000-7000-8000-000000000002') $$, '22023', null, 'not in a time zone that does not exist');
reset role;

select is(role, 'clinic_admin', 'its first member is its clinic_admin [N-05 +]')
from public.organisation_members where user_id = 'e1000000-0000-7000-8000-000000000002';
select is(accepted_at, null, 'who has yet to accept [N-22 -]')
from public.organisation_members where user_id = 'e1000000-0000-7000-8000-000000000002';
select is(smart_insights_enabled, false, 'its settings start with insights off [S-21 +]')
from public.organisation_settings as s
join public.organisations as o on o.id = s.organisation_id
where o.name = 'New Clinic';

select * from finish();
rollback;
