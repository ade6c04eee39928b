-- authz.tg_consents__project: what a consent opens of a chart, and what it closes, in the transaction that says so; of that patient alone, and of nobody whom it does not concern.
begin;
select plan(15);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- A patient of the other clinic under the same id, whose chart is of its own.
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'SAME-ID', 'Same Id');
insert into public.patient_clinical (organisation_id, id) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002');
alter table public.medical_records disable trigger user;
alter table public.medical_record_details disable trigger user;
alter table public.documents disable trigger user;
insert into public.medical_records (organisation_id, id, patient_id, record_type)
select r.organisation_id, '00000000-0000-7000-8000-0000000000f2', 'a3000000-0000-7000-8000-000000000002', r.record_type from public.medical_records as r where r.organisation_id::text like 'b%' limit 1;
insert into public.medical_record_details (organisation_id, id, patient_id, diagnosis) values ('b0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f2', 'a3000000-0000-7000-8000-000000000002', 'A cold');
insert into public.documents (organisation_id, id, patient_id, kind, file_name)
select d.organisation_id, '00000000-0000-7000-8000-0000000000f3', 'a3000000-0000-7000-8000-000000000002', d.kind, d.file_name from public.documents as d where d.organisation_id::text like 'b%' limit 1;
alter table public.medical_records enable trigger user;
alter table public.medical_record_details enable trigger user;
alter table public.documents enable trigger user;
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- A name in the job that drives the patient.
alter table public.transfer_job_patients disable trigger user;
insert into public.transfer_job_patients (organisation_id, id, origin_organisation_id, transfer_id, patient_name, language, expires_at)
select j.organisation_id, j.id, j.origin_organisation_id, j.transfer_id, 'Somebody', 'pt', j.expires_at from public.transfer_jobs as j where j.organisation_id::text like 'c%';
alter table public.transfer_job_patients enable trigger user;
create temporary table held_before as
select 'record' as what, r.organisation_id, r.id, r.patient_id, r.xmax::text as by from public.medical_records as r
union all select 'patient', p.organisation_id, p.id, p.id, p.xmax::text from public.patients as p;
-- What is answered after each of these, one after the other, in one block that takes them back: `as 02` is a member of the clinic from then on, `server`
-- nobody, `raw table` lets the next pass by the table's triggers.
create function pg_temp.after(asked text, variadic steps text[]) returns text language plpgsql as $$
declare
  v_said text;
  v_step text;
  v_raw text;
begin
  begin
    foreach v_step in array steps loop
      if v_step ~ '^as ' then
        perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || right(v_step, 2),
          'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || right(v_step, 2))::text, true);
      elsif v_step = 'server' then
        perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
      elsif v_step ~ '^raw ' then
        v_raw := split_part(v_step, ' ', 2);
        execute format('alter table public.%I disable trigger user', v_raw);
      else
        execute v_step;
        if v_raw is not null then
          execute format('alter table public.%I enable trigger user', v_raw);
          v_raw := null;
        end if;
      end if;
    end loop;
    perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
    execute 'select ' || asked into v_said;
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then null;
    when others then v_said := sqlstate || ' ' || sqlerrm;
  end;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return v_said;
end
$$;
create temporary table mark as select clock_timestamp() as at;
-- What was written anew, and whose rows are held that were not: table, clinic, patient.
create function pg_temp.written() returns text language sql as $$
  select coalesce(string_agg(distinct t.what || ' ' || left(t.organisation_id::text, 1) || ' ' || right(t.patient_id::text, 2), ', '), 'nothing') from (
    select 'glance' as what, p.organisation_id, p.id as patient_id, p.updated_at from public.patient_clinical as p
    union all select 'records', r.organisation_id, r.patient_id, r.updated_at from public.medical_records as r
    union all select 'details', d.organisation_id, d.patient_id, d.updated_at from public.medical_record_details as d
    union all select 'documents', d.organisation_id, d.patient_id, d.updated_at from public.documents as d
    union all select 'job', j.origin_organisation_id, null, j.updated_at from public.transfer_job_patients as j
  ) as t where t.updated_at > (select m.at from mark as m)
$$;
create function pg_temp.held() returns text language sql as $$
  select coalesce(string_agg(h.what || ' ' || left(h.organisation_id::text, 1) || ' ' || right(h.patient_id::text, 2), ', '), 'nothing') from held_before as h
  left join public.medical_records as r on h.what = 'record' and r.organisation_id = h.organisation_id and r.id = h.id
  left join public.patients as p on h.what = 'patient' and p.organisation_id = h.organisation_id and p.id = h.id
  where coalesce(r.xmax, p.xmax)::text <> h.by and (h.what = 'patient' or (left(h.organisation_id::text, 1), right(h.patient_id::text, 2)) <> ('a', '02'))
$$;
create function pg_temp.consent(status text, purpose text default 'treatment', more text default 'null') returns text language sql as $$
  select format('insert into public.consents (organisation_id, id, patient_id, purpose, status, expires_at) values (''a0000000-0000-7000-8000-000000000001'', ''a6000000-0000-7000-8000-0000000000f1'', ''a3000000-0000-7000-8000-000000000002'', %L, %L, %s)', purpose, status, more)
$$;
create function pg_temp.set(what text) returns text language sql as $$
  select 'update public.consents set ' || what || ' where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id = ''a6000000-0000-7000-8000-0000000000f1'''
$$;
create function pg_temp.driven() returns text language sql as $$
  select string_agg(left(p.origin_organisation_id::text, 1) || ' ' || coalesce(p.patient_name, 'nobody'), ', ' order by p.origin_organisation_id) from public.transfer_job_patients as p where p.organisation_id::text like 'c%'
$$;

select is(pg_temp.after('pg_temp.written()', pg_temp.consent('proposed')), 'nothing', 'what is proposed has nothing of a chart written anew [N-45 -]');
select is(pg_temp.after('pg_temp.written()', pg_temp.consent('proposed'), pg_temp.set('status = ''rejected''')), 'nothing',
  'nor what was never in force, and is rejected [N-45 -]');
select is(pg_temp.after('pg_temp.written()', pg_temp.consent('active')), 'details a 02, documents a 02, glance a 02, records a 02',
  'consent to treatment opens the chart of that patient: at a glance, records with their details, and files [N-45 +]');
select is(pg_temp.after('pg_temp.written()', pg_temp.consent('active'), 'update pg_temp.mark set at = clock_timestamp()', pg_temp.set('status = ''withdrawn''') ), 'details a 02, documents a 02, glance a 02, records a 02',
  'what is withdrawn closes as much of it [N-50 +]');
select is(pg_temp.after('pg_temp.written()', pg_temp.consent('proposed'), 'update pg_temp.mark set at = clock_timestamp()', pg_temp.set('status = ''active''') ), 'details a 02, documents a 02, glance a 02, records a 02',
  'what was proposed opens it once it is in force [N-45 +]');
select is(pg_temp.after('pg_temp.written()', pg_temp.consent('active', 'research')), 'nothing', 'consent to something else opens nothing of it [N-45 -]');
select is(pg_temp.after('pg_temp.written()', pg_temp.consent('active', 'research'), pg_temp.set('status = ''withdrawn''')), 'nothing', 'nor closes it [N-45 -]');
select is(pg_temp.after('(select string_agg(distinct coalesce(r.treatment_consent_until::text, ''closed''), '' '') from public.medical_records as r where right(r.patient_id::text, 2) = ''02'' and r.organisation_id::text like ''a%'')', pg_temp.consent('active')), 'infinity',
  'records are open while it holds [N-45 +]');
select is(pg_temp.after('(select string_agg(distinct coalesce(r.treatment_consent_until::text, ''closed''), '' '') from public.medical_records as r where right(r.patient_id::text, 2) = ''02'' and r.organisation_id::text like ''a%'')', pg_temp.consent('active'), pg_temp.set('status = ''withdrawn''')), 'closed',
  'and closed with its end [N-50 +]');
select is(pg_temp.after('pg_temp.held()', pg_temp.consent('active'), pg_temp.set('status = ''withdrawn''')), 'patient a 02',
  'who consents to treatment holds the patient, and no record of another [N-27 +]');
select is(pg_temp.after('pg_temp.held()', pg_temp.consent('active', 'research')), 'patient a 02', 'who consents holds the patient [N-27 +]');
select is(pg_temp.driven(), 'a Somebody, b Somebody', 'the company knows whom it drives [N-24 +]');
select is(pg_temp.after('pg_temp.driven()', pg_temp.consent('active', 'transfer_disclosure')), 'a Somebody, b Somebody', 'while the patient lets it [N-24 +]');
select is(pg_temp.after('pg_temp.driven()', pg_temp.consent('active', 'transfer_disclosure'), pg_temp.set('status = ''withdrawn''')), 'a nobody, b Somebody',
  'once that is withdrawn the job names nobody, and another clinic''s as before [N-50 +]');
select is(pg_temp.after('pg_temp.driven()', pg_temp.consent('active', 'treatment'), pg_temp.set('status = ''withdrawn''')), 'a Somebody, b Somebody',
  'a consent to something else that is withdrawn takes no name away [N-50 -]');

select * from finish();
rollback;
