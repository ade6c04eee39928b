-- public.organisations: one that is closed takes the names of its patients out of the jobs that drive for it.
begin;
select plan(3);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.transfer_job_patients disable trigger user;
update public.transfer_job_patients set patient_name = 'Somebody', expires_at = now() + interval '1 hour';
alter table public.transfer_job_patients enable trigger user;
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
create function pg_temp.aboard() returns text language sql as $$
  select 'select concat_ws('' '', count(*) filter (where p.patient_name is not null), ''named of'', count(*)) from public.transfer_job_patients as p where p.origin_organisation_id = ''a0000000-0000-7000-8000-000000000001'''
$$;
select is(pg_temp.server('update public.organisations set name = ''Another'' where id = ''a0000000-0000-7000-8000-000000000001''', pg_temp.aboard()), '1 named of 1',
  'a job of one that is open names whom it drives [S-18 +]');
select is(pg_temp.server('update public.organisations set archived_at = now() where id = ''a0000000-0000-7000-8000-000000000001''', pg_temp.aboard()), '0 named of 1',
  'of one that is closed it does not [N-24 -]');
select is(pg_temp.server('set local app.pinned_organisation_id = ''b0000000-0000-7000-8000-000000000001''; update public.organisations set archived_at = now() where id = ''b0000000-0000-7000-8000-000000000001''', pg_temp.aboard()), '1 named of 1',
  'another''s closing takes no name of its patients [N-24 +]');

select * from finish();
rollback;
