-- authz.live_sessions: each of its conditions alone ends a session.
begin;
select plan(11);

create function pg_temp.is_live(session_id uuid default 'a1000000-0000-7000-9000-000000000002') returns boolean language sql as $$
  select exists (
    select from authz.live_sessions as s where s.id = session_id and s.user_id = 'a1000000-0000-7000-8000-000000000002'
  )
$$;

select ok(pg_temp.is_live(), 'the session of a doctor [S-13 +]');
select ok(not pg_temp.is_live('a1000000-0000-7000-9000-000000000003'), 'a session of somebody else is not theirs [S-13 -]');
select ok(not pg_temp.is_live('00000000-0000-7000-9000-00000000dead'), 'nor one that does not exist [S-13 -]');

update auth.sessions set not_after = now() + interval '1 day' where id = 'a1000000-0000-7000-9000-000000000002';
select ok(pg_temp.is_live(), 'until its end [S-13 +]');
update auth.sessions set not_after = now() - interval '1 second' where id = 'a1000000-0000-7000-9000-000000000002';
select ok(not pg_temp.is_live(), 'and not after it [S-13 -]');
update auth.sessions set not_after = null where id = 'a1000000-0000-7000-9000-000000000002';

update auth.users set banned_until = now() + interval '1 day' where id = 'a1000000-0000-7000-8000-000000000002';
select ok(not pg_temp.is_live(), 'not of a banned user [S-13 -]');
update auth.users set banned_until = now() - interval '1 second' where id = 'a1000000-0000-7000-8000-000000000002';
select ok(pg_temp.is_live(), 'but of one whose ban has ended [S-13 +]');

update auth.users set deleted_at = now() where id = 'a1000000-0000-7000-8000-000000000002';
select ok(not pg_temp.is_live(), 'not of a deleted user [S-13 -]');
update auth.users set deleted_at = null where id = 'a1000000-0000-7000-8000-000000000002';
select ok(pg_temp.is_live(), 'control: all of it undone [S-13 +]');

select is(oauth_client_id, null, 'a login''s own session is no client''s [N-12 +]') from authz.live_sessions where id = 'a1000000-0000-7000-9000-000000000002';
update auth.sessions set oauth_client_id = '00000000-0000-7000-9000-00000000c11e' where id = 'a1000000-0000-7000-9000-000000000002';
select is(oauth_client_id, '00000000-0000-7000-9000-00000000c11e', 'that of a third party says whose [N-12 -]') from authz.live_sessions where id = 'a1000000-0000-7000-9000-000000000002';

select * from finish();
rollback;
