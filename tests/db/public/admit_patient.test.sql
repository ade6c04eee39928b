-- public.admit_patient: a patient into a bed: the planned stay of that patient where there is one, else a new one; of that clinic, and nobody else's.
begin;
select plan(12);

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
-- Beds, and patients who are not in one, of both clinics under the same ids.
do $do$
declare
  v_clinic text;
begin
  foreach v_clinic in array '{b,a}'::text[] loop
    perform set_config('app.pinned_organisation_id', v_clinic || '0000000-0000-7000-8000-000000000001', true);
    insert into public.patients (organisation_id, id, mrn, full_name)
    select (v_clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || n)::uuid, 'STAY-' || n, 'Same Id' from unnest('{f1,f2}'::text[]) as l (n);
  end loop;
  insert into public.beds (organisation_id, id, ward, label)
  select 'a0000000-0000-7000-8000-000000000001', ('00000000-0000-7000-8000-0000000000' || n)::uuid, 'Ward', n from unnest('{f1,f2}'::text[]) as l (n);
end
$do$;
create function pg_temp.planned(n text, patient text, clinic text default 'a', more text default 'null') returns text[] language sql as $$
  select array['raw admissions', format('insert into public.admissions (organisation_id, id, patient_id, created_at, archived_at, case_id, patient_status) values (''%s0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'', ''00000000-0000-7000-8000-0000000000%s'', now() - interval ''%s days'', %s, null, ''active'')', clinic, n, patient, right(n, 1), more)]
$$;
create function pg_temp.admit(patient text default 'f1', bed text default 'f1', who text default 'as 03') returns text[] language sql as $$
  select array[who, format('select public.admit_patient(''00000000-0000-7000-8000-0000000000%s'', ''00000000-0000-7000-8000-0000000000%s'')', patient, bed), 'server']
$$;
create function pg_temp.stays(variadic steps text[]) returns text language sql as $$
  select pg_temp.after('(select string_agg(concat_ws('' '', left(a.organisation_id::text, 1), case when a.id::text like ''00000000-%'' then right(a.id::text, 2) else ''new'' end, right(a.patient_id::text, 2), a.status, right(a.bed_id::text, 2)), '', '' order by a.organisation_id, a.created_at) from public.admissions as a where a.patient_id::text like ''00000000-%'')', variadic steps)
$$;
select is(pg_temp.stays(variadic pg_temp.admit()), 'a new f1 admitted f1', 'who was not expected has a stay from then on [S-17 +]');
select is(pg_temp.stays(variadic pg_temp.planned('a1', 'f1') || pg_temp.admit()), 'a a1 f1 admitted f1', 'who was has the one that was planned [S-17 +]');
select is(pg_temp.stays(variadic pg_temp.planned('a2', 'f2') || pg_temp.admit()), 'a a2 f2 planned, a new f1 admitted f1', 'and not another patient''s [S-17 -]');
select is(pg_temp.stays(variadic pg_temp.planned('a1', 'f1') || pg_temp.planned('a2', 'f2') || pg_temp.admit()), 'a a2 f2 planned, a a1 f1 admitted f1',
  'who is still expected stays so [S-17 -]');
select is(pg_temp.stays(variadic pg_temp.planned('a1', 'f1') || pg_temp.planned('a2', 'f1') || pg_temp.admit()), 'a a2 f1 admitted f1, a a1 f1 planned',
  'of two the one that was planned first [S-17 +]');
select is(pg_temp.stays(variadic pg_temp.planned('a1', 'f1', more => 'now()') || pg_temp.admit(who => 'server')), 'a a1 f1 planned, a new f1 admitted f1',
  'what was put away is no plan [S-17 -]');
select is(pg_temp.stays(variadic pg_temp.planned('a1', 'f1', 'b') || pg_temp.planned('a9', 'f1', 'b') || pg_temp.planned('a1', 'f1') || pg_temp.admit(who => 'server')), 'a a1 f1 admitted f1, b a9 f1 planned, b a1 f1 planned',
  'nor are another clinic''s, of like ids, which wait [S-05 S-17 -]');
select is(pg_temp.stays(variadic pg_temp.planned('a9', 'f1', 'b') || pg_temp.admit(who => 'server')), 'a new f1 admitted f1, b a9 f1 planned',
  'alone, it is none either [S-05 S-17 -]');
select is(pg_temp.stays(variadic pg_temp.admit(bed => 'f9')), 'CD010 bed not found', 'there is no admission to no bed [S-17 -]');
select is(pg_temp.stays(variadic pg_temp.admit(bed => 'f9', who => 'server')), 'CD010 bed not found', 'for the server neither [S-17 -]');
select is(pg_temp.stays(variadic array['raw beds', 'update public.beds set archived_at = now() where id::text like ''00000000-%f1'''] || pg_temp.admit()), 'CD010 bed not found',
  'nor to one that was put away [S-17 -]');
select is(pg_temp.stays(variadic pg_temp.admit(who => 'as 05')), '42501 new row violates row-level security policy for table "admissions"',
  'reception admits nobody [S-17 -]');

select * from finish();
rollback;
