-- authz.simulate: what the rules say for a caller and a moment: of a past one, only of who had agreed to be a member by then.
begin;
select plan(15);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.organisation_members disable trigger user;
-- The doctor agreed on the first of March in one clinic, in another long before; the nurse long before.
update public.organisation_members set accepted_at = '2026-03-01 12:00Z' where user_id = 'a1000000-0000-7000-8000-000000000002';
update public.organisation_members set accepted_at = '2026-01-01 12:00Z' where user_id = 'a1000000-0000-7000-8000-000000000003';
insert into public.organisation_members (organisation_id, user_id, role, accepted_at) values ('b0000000-0000-7000-8000-000000000001', 'a1000000-0000-7000-8000-000000000002', 'doctor', '2026-01-01 12:00Z');
create function pg_temp.says(at text, past boolean default true, who text default 'a102', realm text default 'provider', operation text default 'SELECT', of_table text default 'patients', id text default 'a301', clinic text default 'a') returns text language plpgsql as $$
begin
  return (select concat_ws(' ', case when (s ->> 'allowed')::boolean then 'allowed' else 'denied' end, s ->> 'reason') from authz.simulate(of_table, operation, (left(id, 2) || '000000-0000-7000-8000-0000000000' || right(id, 2))::uuid, realm, (left(who, 2) || '000000-0000-7000-8000-0000000000' || right(who, 2))::uuid,
    (clinic || '0000000-0000-7000-8000-000000000001')::uuid, at::timestamptz, '192.0.2.7', 'treatment', past) as s);
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
select is(pg_temp.says('2026-03-02 15:00Z'), 'allowed allowed', 'who had agreed by then is told what a member may [N-44 +]');
select is(pg_temp.says('2026-03-01 12:00Z'), 'allowed allowed', 'from the moment that they agreed [N-44 +]');
select is(pg_temp.says('2026-03-01 11:59:59Z'), 'denied no rule for this role', 'not before [N-44 -]');
select is(pg_temp.says('2026-02-02 15:00Z'), 'denied no rule for this role', 'though they had agreed elsewhere, and others had here [N-44 -, S-05 -]');
select is(pg_temp.says('2026-02-02 15:00Z', false), 'allowed allowed', 'of what is now it is told all the same [N-44 +]');
select is(pg_temp.says('2026-02-02 15:00Z', who => 'a103'), 'allowed allowed', 'a colleague who had agreed long before was in [N-44 +]');
select is(pg_temp.says('2026-02-02 15:00Z', who => 'f101', realm => 'internal_ops', of_table => 'organisations', id => 'a001'), 'allowed allowed',
  'operations agree to no membership of a clinic [N-44 +]');
select is(pg_temp.says('2026-02-02 15:00Z', who => 'f101', realm => 'internal_ops', of_table => 'organisations', id => 'a001', clinic => null), 'allowed allowed',
  'also where they name none [N-44 +]');
select is(pg_temp.says('2026-02-02 15:00Z', who => 'f102', realm => 'internal_ops', of_table => 'cases', id => 'af03', clinic => null), 'allowed allowed',
  'whatever their role is [N-44 +]');
select is(pg_temp.says('2026-02-02 15:00Z', false, who => 'f102', realm => 'internal_ops', of_table => 'cases', id => 'af03', clinic => null), 'allowed allowed',
  'now as then [N-44 +]');
select is(pg_temp.says('2026-02-02 15:00Z', who => 'a201', realm => 'patient', clinic => null), 'allowed allowed', 'nor do patients [N-44 +]');
select is(pg_temp.says('2026-03-02 15:00Z', operation => null), 'CD012 unknown operation', 'without an operation nothing is told [N-44 -]');
select is(pg_temp.says('2026-03-02 15:00Z', operation => 'TRUNCATE'), 'CD012 unknown operation', 'nor of one that there is not [N-44 -]');
select is(pg_temp.says('2026-03-02 15:00Z', operation => 'DELETE'), 'denied no rule for this role', 'what nobody may do no rule opens [N-44 -]');
select is(pg_temp.says('2026-03-02 15:00Z', id => 'a399'), 'denied not found', 'what is not there is not found [N-44 -]');

select * from finish();
rollback;
