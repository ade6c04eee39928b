-- Logins of the synthetic world, with ids a reader can tell apart:
--   <letter>1000000-… staff of clinic a, clinic b, transport company c, archived clinic d
--   <letter>2000000-… portal accounts · e1… people between organisations · f1… operations
-- A login's session has the same id with 9000 for 8000. The last two digits are the part: 01 clinic_admin, 02 doctor,
-- 03 nurse, 04 assistant, 05 receptionist, 11 to 16 one capability each, 21 revoked, 22 expired.
insert into auth.users (id, aud, role, email, created_at, updated_at)
select l.id, 'authenticated', l.role, l.email, now(), now()
from (
  select
    (letter || '1000000-0000-7000-8000-0000000000' || part)::uuid as id,
    'authenticated' as role,
    'staff-' || part || '@' || letter || '.example' as email
  from unnest('{a,b}'::text[]) as letter
  cross join unnest('{01,02,03,04,05,11,12,13,14,15,16,21,22}'::text[]) as part
  union all
  select (letter || '2000000-0000-7000-8000-0000000000' || part)::uuid, 'patient', 'portal-' || part || '@' || letter || '.example'
  from unnest('{a,b}'::text[]) as letter
  cross join unnest('{01,02,03}'::text[]) as part
  union all
  select ('c1000000-0000-7000-8000-0000000000' || part)::uuid, 'authenticated', 'staff-' || part || '@c.example'
  from unnest('{01,12}'::text[]) as part
  union all
  select 'd1000000-0000-7000-8000-000000000002', 'authenticated', 'staff-02@d.example'
  union all
  select ('e1000000-0000-7000-8000-0000000000' || part)::uuid, 'authenticated', name || '@e.example'
  from (values ('01', 'dual'), ('02', 'stranger')) as between_clinics (part, name)
  union all
  select ('f1000000-0000-7000-8000-0000000000' || part)::uuid, 'internal_ops', name || '@ops.example'
  from (values ('01', 'admin'), ('02', 'agent'), ('03', 'auditor'), ('04', 'former')) as operations (part, name)
) as l
on conflict (id) do nothing;

insert into auth.sessions (id, user_id, created_at, updated_at, aal)
select overlay(u.id::text placing '9000' from 20 for 4)::uuid, u.id, now(), now(), 'aal1'
from auth.users as u
where u.email like '%.example'
on conflict (id) do nothing;

insert into public.profiles (user_id, display_name)
select u.id, initcap(replace(replace(u.email, '@', ' of '), '.example', ''))
from auth.users as u
where u.email like '%.example'
on conflict (user_id) do update set display_name = excluded.display_name;

insert into public.ops_members (user_id, role, is_active)
values
  ('f1000000-0000-7000-8000-000000000001', 'admin', true),
  ('f1000000-0000-7000-8000-000000000002', 'ops_agent', true),
  ('f1000000-0000-7000-8000-000000000003', 'auditor', true),
  ('f1000000-0000-7000-8000-000000000004', 'ops_agent', false)
on conflict (user_id) do nothing;
