-- public.signed_forms: that a form was drawn up, and ended, is told.
begin;
select plan(3);

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
create function pg_temp.told(id text) returns text language sql as $$
  select format('select string_agg(concat_ws('' '', a.event_type, right(a.case_id::text, 2), right(a.details ->> ''template_id'', 2), case when a.details ? ''content_sha256'' then ''content'' end), '', '' order by a.occurred_at) from public.case_activity_log as a where a.entity_id = %L and a.occurred_at >= now()', id)
$$;
-- A clinic_admin ends a form that was signed.
create function pg_temp.ends() returns text language plpgsql as $$
declare
  v_id constant uuid := (select f.id from public.signed_forms as f where f.organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(f.id::text, 2) = '02');
  v_said text;
begin
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', '{"sub": "a1000000-0000-7000-8000-000000000001", "role": "authenticated", "session_id": "a1000000-0000-7000-9000-000000000001"}', true);
  perform public.terminate_form(v_id, 'drawn up by mistake');
  perform set_config('role', 'none', true);
  execute pg_temp.told(v_id::text) into v_said;
  raise exception '%', coalesce(v_said, 'nothing') using errcode = 'RB000';
exception
  when sqlstate 'RB000' then return sqlerrm;
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
select is(pg_temp.server('insert into public.signed_forms (organisation_id, id, patient_id, case_id, template_id) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000f9'', ''a3000000-0000-7000-8000-000000000001'', ''af000000-0000-7000-8000-000000000001'', ''f9c00000-0000-7000-8000-000000000004'')', pg_temp.told('00000000-0000-7000-8000-0000000000f9')), 'signed_form.drafted 01 04',
  'that a form is drawn up is told, with its case and its text [S-18 +]');
select is(pg_temp.ends(), 'signed_form.terminated content', 'that it ended is told too, and what it said by its digest [S-18 +]');
select is(pg_temp.server('update public.signed_forms set updated_at = now() where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = ''02''', pg_temp.told((select id::text from public.signed_forms where organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(id::text, 2) = '02'))), 'nothing',
  'what only says when it was touched is not told [S-18 -]');

select * from finish();
rollback;
