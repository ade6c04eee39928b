-- public.organisation_settings: nobody switches Smart Insights by writing it; who may does, by a function.
begin;
select plan(6);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What the server is answered, and what is so afterwards; then it is taken back.
create function pg_temp.server(statement text, after text default 'select ''done''') returns text language plpgsql as $$
declare
  v_said text;
begin
  execute statement;
  execute after into v_said;
  raise exception '%', coalesce(v_said, 'nothing') using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
-- What a member is answered, and whether insights are on then, by the end of their user_id; or how it is refused. Taken back.
create function pg_temp.rows(who text, statement text) returns text language plpgsql as $$
declare
  v_rows text;
begin
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
    'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who)::text, true);
  execute statement into v_rows;
  perform set_config('role', 'none', true);
  v_rows := v_rows || ' ' || (select s.smart_insights_enabled from public.organisation_settings as s where s.organisation_id = 'a0000000-0000-7000-8000-000000000001');
  raise exception '%', v_rows using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when insufficient_privilege then return sqlstate;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
select is(pg_temp.server('update public.organisation_settings set smart_insights_enabled = false where organisation_id = ''a0000000-0000-7000-8000-000000000001'''), '42501 insights are not yours to switch',
  'the owner does not switch insights off [S-21 -]');
select is(pg_temp.server('update public.organisation_settings set modules = ''{consent}'' where organisation_id = ''a0000000-0000-7000-8000-000000000001'''), 'done',
  'what else is set they do [S-21 +]');
select is(pg_temp.rows('15', 'select public.set_smart_insights(false)'), 'false false', 'who may switches them off [S-21 +, S-25 +]');
select is(pg_temp.rows('15', 'select public.set_smart_insights(null)'), 'false false', 'nothing is off [S-25 +]');
select is(pg_temp.rows('15', 'select public.set_smart_insights(true)'), 'true true', 'what is on stays on [S-21 +]');
select is(pg_temp.rows('01', 'select public.set_smart_insights(false)'), '42501', 'a clinic_admin does not [S-21 -]');

select * from finish();
rollback;
