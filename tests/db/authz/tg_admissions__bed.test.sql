-- authz.tg_admissions__bed: the bed follows the stay: one of its clinic that is in use, and no other; and nobody is archived who lies in one.
begin;
select plan(8);

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
-- Patients and beds of both clinics under the same ids.
do $do$
declare
  v_clinic text;
begin
  foreach v_clinic in array '{b,a}'::text[] loop
    perform set_config('app.pinned_organisation_id', v_clinic || '0000000-0000-7000-8000-000000000001', true);
    insert into public.patients (organisation_id, id, mrn, full_name)
    select (v_clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || n)::uuid, 'STAY-' || n, 'Same Id' from unnest('{f1,f2}'::text[]) as l (n);
    insert into public.beds (organisation_id, id, ward, label)
    select (v_clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || n)::uuid, 'Ward', n from unnest('{f1,f2,f3}'::text[]) as l (n);
  end loop;
end
$do$;
create temporary table held_before as select b.organisation_id, b.id, b.xmax::text as by from public.beds as b;
create function pg_temp.held() returns text language sql as $$
  select string_agg(left(b.organisation_id::text, 1) || ' ' || right(b.id::text, 2), ', ' order by b.organisation_id, b.id) from public.beds as b join held_before as h using (organisation_id, id) where b.xmax::text <> h.by and (left(b.organisation_id::text, 1), b.id::text) not in (('a', '00000000-0000-7000-8000-0000000000f1'), ('a', '00000000-0000-7000-8000-0000000000f2'))
$$;
create function pg_temp.row(n text, status text, clinic text default 'a') returns text language sql as $$
  select format('insert into public.admissions (organisation_id, id, patient_id, bed_id, status, admitted_at, discharged_at, disposition) values (''%s0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'', ''00000000-0000-7000-8000-0000000000%2$s'', ''00000000-0000-7000-8000-0000000000%2$s'', %L, %s, %s, %s)',
    clinic, n, status, case status when 'planned' then 'null' else 'now()' end, case status when 'discharged' then 'now()' else 'null' end, case status when 'discharged' then '''home''' else 'null' end)
$$;
create function pg_temp.bed(n text) returns text language sql as $$ select format('update public.admissions set bed_id = ''00000000-0000-7000-8000-0000000000%s'' where organisation_id::text like ''a%%'' and right(id::text, 2) = ''f1''', n) $$;
select is(pg_temp.after('(select string_agg(left(b.organisation_id::text, 1) || right(b.id::text, 2) || '' '' || b.status, '', '' order by b.organisation_id, b.id) from public.beds as b where b.id::text like ''00000000-%'')', pg_temp.row('f1', 'admitted'), pg_temp.bed('f2')), 'af1 cleaning, af2 occupied, af3 available, bf1 available, bf2 available, bf3 available',
  'who moves leaves a bed to be cleaned, and takes another, of their clinic [S-17 +]');
select is(pg_temp.after('pg_temp.held()', pg_temp.row('f1', 'admitted'), pg_temp.bed('f2')), null, 'no third bed waits for that, nor one of another clinic [S-17 -]');
select is(pg_temp.after('''taken''', pg_temp.row('f1', 'admitted'), 'raw beds', $$ update public.beds set archived_at = now() where organisation_id::text like 'a%' and id::text like '00000000-%f2' $$, pg_temp.bed('f2')), 'CD010 bed not found',
  'nobody moves to a bed that was put away [S-17 -]');
select is(pg_temp.after('''taken''', 'raw beds', $$ update public.beds set archived_at = now() where organisation_id::text like 'a%' and id::text like '00000000-%f1' $$, pg_temp.row('f1', 'admitted')), 'CD010 bed not found',
  'nor is admitted to one [S-17 -]');
select is(pg_temp.after('''archived''', pg_temp.row('f1', 'admitted'), 'as 01', $$ update public.patients set archived_at = now() where id::text like '00000000-%f1' $$), 'CD015 a patient who lies in a bed is not archived',
  'nobody is archived who lies in a bed [S-17 -]');
select is(pg_temp.after('''archived''', pg_temp.row('f1', 'admitted'), $$ update public.admissions set status = 'discharged', disposition = 'home' where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$, 'as 01', $$ update public.patients set archived_at = now() where id::text like '00000000-%f1' $$), 'archived',
  'who was discharged may be [S-17 +]');
select is(pg_temp.after('''archived''', pg_temp.row('f1', 'admitted'), $$ update public.admissions set archived_at = now() where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$, 'as 01', $$ update public.patients set archived_at = now() where id::text like '00000000-%f1' $$), 'archived',
  'and so may who was never there: the stay was put away [S-17 +]');
select is(pg_temp.after('''archived''', pg_temp.row('f1', 'admitted'), $$ update public.patients set archived_at = now() where organisation_id::text like 'a%' and id::text like '00000000-%f1' $$), 'archived',
  'the server puts right what it does [S-17 +]');

select * from finish();
rollback;
