-- The triggers of auth.users: a profile for every login, and the end of every session with a new password.
begin;
select plan(14);

select has_trigger('auth', 'users', '_700_profile', 'logins are watched for profiles [S-12 +]');
select has_trigger('auth', 'users', '_800_password', 'and for passwords [S-15 +]');

insert into auth.users (id, email, raw_user_meta_data, raw_app_meta_data) values
  ('00000000-0000-7000-8000-0000000000e1', 'new@e.example', '{"display_name": "Dr Somebody", "role": "clinic_admin"}', '{"organisation_id": "a0000000-0000-7000-8000-000000000001"}');
select is((select display_name from public.profiles where user_id = '00000000-0000-7000-8000-0000000000e1'), 'Unnamed', 'a sign-up has a profile, and names nobody in it [S-12 +]');
select is((select actor_kind from public.profiles where user_id = '00000000-0000-7000-8000-0000000000e1'), 'system', 'which nobody signed in has written [S-16 +]');
select is((select count(*) from public.organisation_members where user_id = '00000000-0000-7000-8000-0000000000e1'), 0::bigint, 'and belongs nowhere, whatever it says about itself [S-12 -]');
insert into auth.users (id, is_anonymous) values ('00000000-0000-7000-8000-0000000000e2', true);
select is((select count(*) from public.profiles where user_id = '00000000-0000-7000-8000-0000000000e2'), 0::bigint, 'somebody anonymous has none [S-12 -]');
update auth.users set is_anonymous = false where id = '00000000-0000-7000-8000-0000000000e2';
select is((select count(*) from public.profiles where user_id = '00000000-0000-7000-8000-0000000000e2'), 1::bigint, 'until they are somebody [S-12 +]');
update public.profiles set display_name = 'Ana' where user_id = '00000000-0000-7000-8000-0000000000e1';
update auth.users set last_sign_in_at = now() where id = '00000000-0000-7000-8000-0000000000e1';
select is((select display_name from public.profiles where user_id = '00000000-0000-7000-8000-0000000000e1'), 'Ana', 'a sign-in renames nobody [S-12 -]');

insert into auth.sessions (id, user_id, created_at) values
  ('00000000-0000-7000-9000-0000000000e1', '00000000-0000-7000-8000-0000000000e1', now()),
  ('00000000-0000-7000-9000-0000000000e3', '00000000-0000-7000-8000-0000000000e1', now());
insert into auth.refresh_tokens (token, user_id, session_id, revoked) values
  ('t1', '00000000-0000-7000-8000-0000000000e1', '00000000-0000-7000-9000-0000000000e1', false),
  ('t2', '00000000-0000-7000-8000-0000000000e1', null, false),
  ('t3', 'a1000000-0000-7000-8000-000000000002', null, false);
update auth.users set last_sign_in_at = now() where id = '00000000-0000-7000-8000-0000000000e1';
select is((select count(*) from auth.sessions where user_id = '00000000-0000-7000-8000-0000000000e1'), 2::bigint, 'a sign-in ends no session [S-15 -]');
update auth.users set encrypted_password = 'hash' where id = '00000000-0000-7000-8000-0000000000e1';
select is((select count(*) from auth.sessions where user_id = '00000000-0000-7000-8000-0000000000e1'), 0::bigint, 'a new password ends each [S-15 +]');
select is((select array_agg(token::text) from auth.refresh_tokens), '{t3}', 'with every refresh token of that login, and of no other [S-15 +]');
select cmp_ok((select count(*) from auth.sessions where user_id = 'a1000000-0000-7000-8000-000000000002'), '=', 1::bigint, 'others stay signed in [S-15 -]');
insert into auth.sessions (id, user_id, created_at) values ('00000000-0000-7000-9000-0000000000e4', '00000000-0000-7000-8000-0000000000e1', now());
update auth.users set encrypted_password = encrypted_password where id = '00000000-0000-7000-8000-0000000000e1';
select is((select count(*) from auth.sessions where user_id = '00000000-0000-7000-8000-0000000000e1'), 1::bigint, 'the same one ends nothing [S-15 -]');
update auth.users set encrypted_password = null where id = '00000000-0000-7000-8000-0000000000e1';
select is((select count(*) from auth.sessions where user_id = '00000000-0000-7000-8000-0000000000e1'), 0::bigint, 'a password taken away does [S-15 +]');

select * from finish();
rollback;
