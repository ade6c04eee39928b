-- authz.tg_admissions__care, authz.tg_admissions__bed, authz.tg_admissions__activity: what a stay lets somebody treat, which bed it takes, and what is told of it.
begin;
select plan(25);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
create function pg_temp.said(statement text) returns text language plpgsql as $$
declare
  v_rows integer;
begin
  execute statement;
  get diagnostics v_rows = row_count;
  return v_rows;
exception
  when others then return concat_ws(' ', sqlstate, sqlerrm);
end
$$;
create function pg_temp.stay(id text, patient text, bed text, status text default 'admitted') returns text language sql as $$
  select pg_temp.said(format('insert into public.admissions (organisation_id, id, patient_id, bed_id, status) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'', ''a3000000-0000-7000-8000-0000000000%s'',
    (select b.id from public.beds as b where b.organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(b.id::text, 2) = %L), %L)', id, patient, bed, status))
$$;
create function pg_temp.change(ids text, change text) returns text language sql as $$
  select pg_temp.said(format('update public.admissions set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = any (string_to_array(%L, '',''))', change, ids))
$$;
create function pg_temp.beds() returns text language sql as $$
  select string_agg(right(b.id::text, 2) || ' ' || b.status, ', ' order by b.id) from public.beds as b where b.organisation_id = 'a0000000-0000-7000-8000-000000000001'
$$;
create function pg_temp.told() returns text language sql as $$
  select string_agg(concat_ws(' ', l.event_type, right(l.entity_id::text, 2), right(l.case_id::text, 2), l.details), '; ' order by l.event_type, l.entity_id, l.details) from public.case_activity_log as l where l.occurred_at >= now()
$$;
-- What stays let somebody treat: which, whose, by which hand, and until when, in hours from now.
create function pg_temp.care() returns text language sql as $$
  select string_agg(concat_ws(' ', right(c.id::text, 2), coalesce(round(extract(epoch from c.ends_at - now()) / 3600)::text, 'open'), case when c.archived_at is not null then 'away' end), ', ' order by c.id)
  from public.care_relationships as c where c.id::text like '00000000-0000-7000-8000-%'
$$;
create function pg_temp.treats(id text, patient text, ground text, stay text, ends text default 'null', more text default '') returns void language plpgsql as $$
begin
  alter table public.care_relationships disable trigger user;
  execute format('insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id, archived_at) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'',
    ''a3000000-0000-7000-8000-0000000000%s'', ''a1000000-0000-7000-8000-000000000002'', ''covering'', now() - interval ''99 days'', %s, %L, %s, %s)', id, patient, ends, ground,
    case ground when 'assignment' then 'null' else '''00000000-0000-7000-8000-0000000000' || stay || '''' end, coalesce(nullif(more, ''), 'null'));
  alter table public.care_relationships enable trigger user;
end
$$;

select is(pg_temp.stay('d1', '05', '03') || ' ' || pg_temp.beds(), '1 01 available, 02 occupied, 03 occupied, 04 occupied',
  'who is admitted takes the bed [S-17 +]');
select is(pg_temp.stay('d2', '02', '03') || ' ' || pg_temp.beds(), '23505 duplicate key value violates unique constraint "admissions_active_bed_key" 01 available, 02 occupied, 03 occupied, 04 occupied',
  'a bed is taken once [S-17 -]');
select is(pg_temp.stay('d2', '02', '01', 'planned') || ' ' || pg_temp.beds(), '1 01 available, 02 occupied, 03 occupied, 04 occupied',
  'who is expected takes none yet [S-17 +]');
select is(pg_temp.change('d1', 'bed_id = (select b.id from public.beds as b where right(b.id::text, 2) = ''01'' and b.organisation_id = ''a0000000-0000-7000-8000-000000000001'')') || ' ' || pg_temp.beds(), '1 01 occupied, 02 occupied, 03 cleaning, 04 occupied',
  'who moves leaves one to be cleaned, and takes another [S-17 +]');
select is(pg_temp.change('d2', 'status = ''admitted''') || ' ' || pg_temp.beds(), '23505 duplicate key value violates unique constraint "admissions_active_bed_key" 01 occupied, 02 occupied, 03 cleaning, 04 occupied',
  'the bed that was planned is taken meanwhile [S-17 -]');
select is(pg_temp.change('d2', 'status = ''discharged'''), 'CD013 admissions cannot go from planned to discharged',
  'who never came is not discharged [S-18 -]');
select pg_temp.treats('c1', '05', 'admission', 'd1');
select pg_temp.treats('c2', '05', 'admission', 'd1', 'now() + interval ''1 hour''');
select pg_temp.treats('c3', '05', 'admission', 'd1', 'now() + interval ''99 days''');
select pg_temp.treats('c4', '05', 'admission', 'd1', 'now() - interval ''1 hour''');
select pg_temp.treats('c5', '05', 'admission', 'd1', 'null', 'now()');
select pg_temp.treats('c6', '02', 'admission', 'd2');
select pg_temp.treats('c7', '05', 'appointment', 'd1');
select pg_temp.treats('c8', '05', 'assignment', '');
select pg_temp.treats('c9', '02', 'admission', 'd1');
select is(pg_temp.change('d1', 'updated_at = now()') || ' ' || pg_temp.care(), '1 c1 open, c2 1, c3 2376, c4 -1, c5 open away, c6 open, c7 open, c8 open, c9 open',
  'while the stay goes on, so does what it lets somebody treat [N-21 +]');
select is(pg_temp.change('d1,d2', 'status = case status when ''admitted'' then ''discharged'' else ''cancelled'' end, disposition = case status when ''admitted'' then ''home'' end') || ' ' || pg_temp.care(), '2 c1 72, c2 1, c3 72, c4 -1, c5 open away, c6 72, c7 open, c8 open, c9 open',
  'what it let somebody treat ends three days after it, and no later than it would have; of that stay, that patient and that ground alone [N-21 +, N-21 -]');
select is(pg_temp.beds(), '01 cleaning, 02 occupied, 03 cleaning, 04 occupied',
  'the bed is cleaned [S-17 +]');
select is(pg_temp.stay('d3', '05', '03') || ' ' || pg_temp.beds(), 'CD013 beds cannot go from cleaning to occupied 01 cleaning, 02 occupied, 03 cleaning, 04 occupied',
  'no bed is taken before it is clean [S-18 -]');
update public.beds set status = 'available' where organisation_id = 'a0000000-0000-7000-8000-000000000001' and status = 'cleaning';
select is(pg_temp.stay('d3', '05', '03') || ' ' || pg_temp.beds(), '1 01 available, 02 occupied, 03 occupied, 04 occupied',
  'then it is [S-17 +]');
select pg_temp.treats('ca', '05', 'admission', 'd3');
select is(pg_temp.change('d3', 'archived_at = now()') || right(pg_temp.care(), 5) || ' ' || pg_temp.beds(), '1 ca 0 01 available, 02 occupied, 03 cleaning, 04 occupied',
  'what was written by mistake ends at once, and leaves the bed [N-21 -, S-17 +]');
select is(pg_temp.stay('d4', '05', '99'), '23514 new row for relation "admissions" violates check constraint "admissions_bed_check"',
  'nobody is admitted to no bed [S-17 -]');
select is(pg_temp.change('d1', 'disposition = ''transferred'''), '1',
  'a disposition is put right');
select is(pg_temp.told(), 'admission.admitted d1 {"bed_id": "ae000000-0000-7000-8000-000000000003"}; admission.admitted d3 {"bed_id": "ae000000-0000-7000-8000-000000000003"}; admission.archived d3 {"bed_id": "ae000000-0000-7000-8000-000000000003", "status": "admitted"}; admission.cancelled d2 {}; admission.discharged d1 {"bed_id": "ae000000-0000-7000-8000-000000000001", "disposition": "home"}; admission.discharged d1 {"bed_id": "ae000000-0000-7000-8000-000000000001", "disposition": "transferred"}; admission.moved d1 {"to": "ae000000-0000-7000-8000-000000000001", "from": "ae000000-0000-7000-8000-000000000003"}; admission.planned d2 {}',
  'each of which is told once: that nothing changed, or was refused, never [S-18 +, S-18 -]');


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
-- Patients and beds of both clinics under the same ids, each with a stay, and somebody let in for it, where it is said.
do $do$
declare
  v_clinic text;
begin
  foreach v_clinic in array '{b,a}'::text[] loop
    perform set_config('app.pinned_organisation_id', v_clinic || '0000000-0000-7000-8000-000000000001', true);
    insert into public.patients (organisation_id, id, mrn, full_name)
    select (v_clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || n)::uuid, 'STAY-' || n, 'Same Id' from unnest('{f1,f2}'::text[]) as l (n);
    insert into public.beds (organisation_id, id, ward, label)
    select (v_clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('00000000-0000-7000-8000-0000000000' || n)::uuid, 'Ward', n from unnest('{f1,f2}'::text[]) as l (n);
  end loop;
end
$do$;
create function pg_temp.row(n text, status text, clinic text default 'a') returns text language sql as $$
  select format('insert into public.admissions (organisation_id, id, patient_id, bed_id, status, admitted_at, discharged_at, disposition) values (''%s0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'', ''00000000-0000-7000-8000-0000000000%2$s'', ''00000000-0000-7000-8000-0000000000%2$s'', %L, %s, %s, %s)',
    clinic, n, status, case status when 'planned' then 'null' else 'now()' end, case status when 'discharged' then 'now()' else 'null' end, case status when 'discharged' then '''home''' else 'null' end)
$$;
create function pg_temp.let_in(n text, ends text default 'null', clinic text default 'a') returns text language sql as $$
  select format('insert into public.care_relationships (organisation_id, id, patient_id, user_id, kind, starts_at, ends_at, ground, ground_id) values (''%s0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'', ''00000000-0000-7000-8000-0000000000%2$s'', ''%1$s1000000-0000-7000-8000-000000000002'', ''covering'', now() - interval ''99 days'', %3$s, ''admission'', ''00000000-0000-7000-8000-0000000000%2$s'')',
    clinic, n, ends)
$$;
create function pg_temp.two(first text, second text, clinic text default 'a', number text default 'f2') returns text[] language sql as $$
  select array['raw admissions', pg_temp.row('f1', first), 'raw admissions', pg_temp.row(number, second, clinic), 'raw beds', 'update public.beds set status = ''occupied'' where id::text like ''00000000-%''', 'raw care_relationships', pg_temp.let_in('f1'), 'raw care_relationships', pg_temp.let_in(number, clinic => clinic)]
$$;
create function pg_temp.lasts() returns text language sql as $$
  select string_agg(concat_ws(' ', left(c.organisation_id::text, 1), right(c.id::text, 2), coalesce(round(extract(epoch from c.ends_at - now()) / 3600)::text, 'open')), ', ' order by c.organisation_id, c.id) from public.care_relationships as c where right(c.id::text, 2) in ('f1', 'f2') and c.id::text like '00000000-%'
$$;
create function pg_temp.at(moment timestamptz) returns text language sql as $$
  select format('create or replace function authz.now() returns timestamptz language sql stable set search_path = pg_catalog, pg_temp as %L', format('select %L::timestamptz', moment))
$$;
select is(pg_temp.after('pg_temp.lasts()', variadic pg_temp.two('admitted', 'admitted') || $$ update public.admissions set status = 'discharged', disposition = 'home' where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$::text), 'a f1 72, a f2 open',
  'who was let in for a stay is out three days after it, and of another stay goes on [N-21 +]');
select is(pg_temp.after('pg_temp.lasts()', variadic pg_temp.two('admitted', 'discharged') || $$ update public.admissions set status = 'discharged', disposition = 'home' where organisation_id::text like 'a%' and right(id::text, 2) in ('f1', 'f2') $$::text), 'a f1 72, a f2 open',
  'of two that are written in one statement the one that ends by it [N-21 +]');
select is(pg_temp.after('pg_temp.lasts()', variadic pg_temp.two('discharged', 'discharged') || $$ update public.admissions set status = status where organisation_id::text like 'a%' and right(id::text, 2) in ('f1', 'f2') $$::text), 'a f1 open, a f2 open',
  'what ended before ends nothing anew [N-21 -]');
select is(pg_temp.after('pg_temp.lasts()', variadic pg_temp.two('planned', 'admitted') || $$ update public.admissions set status = 'admitted' where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$::text), 'a f1 open, a f2 open',
  'a stay that begins ends nothing [N-21 -]');
select is(pg_temp.after('pg_temp.lasts()', variadic pg_temp.two('admitted', 'admitted') || $$ update public.admissions set archived_at = now() where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$::text), 'a f1 0, a f2 open',
  'one that is put away ends it at once [N-21 +]');
select is(pg_temp.after('pg_temp.lasts()', variadic pg_temp.two('admitted', 'admitted') || array['raw admissions', $$ update public.admissions set archived_at = now() where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$, $$ update public.admissions set archived_at = archived_at - interval '1 hour' where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$]), 'a f1 open, a f2 open',
  'and not again by a word about when [N-21 -]');
select is(pg_temp.after('pg_temp.lasts()', variadic pg_temp.two('admitted', 'admitted', 'b', 'f1') || $$ update public.admissions set status = 'discharged', disposition = 'home' where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$::text), 'a f1 72, b f1 open',
  'of another clinic''s of that id it ends nothing [S-05 N-21 -]');
select is(pg_temp.after('(select c.ends_at = now() - interval ''1 hour'' and c.updated_at = now() from public.care_relationships as c where c.id::text like ''00000000-%f1'')', pg_temp.row('f1', 'admitted'), 'raw care_relationships', pg_temp.let_in('f1', 'now() - interval ''1 hour'''), $$ update public.admissions set status = 'discharged', disposition = 'home' where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$), 'true',
  'who was out before is not written to [N-21 -]');
select is(pg_temp.after('(select c.ends_at = now() + interval ''1 hour'' and c.updated_at = now() from public.care_relationships as c where c.id::text like ''00000000-%f1'')', pg_temp.row('f1', 'admitted'), 'raw care_relationships', pg_temp.let_in('f1', 'now() + interval ''1 hour'''), pg_temp.at(now() + interval '1 hour'), $$ update public.admissions set status = 'discharged', disposition = 'home' where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$), 'true',
  'nor who is at that moment [N-21 -]');
select is(pg_temp.after('(select c.ends_at = now() + interval ''1 hour'' and c.updated_at > now() from public.care_relationships as c where c.id::text like ''00000000-%f1'')', pg_temp.row('f1', 'admitted'), 'raw care_relationships', pg_temp.let_in('f1', 'now() + interval ''1 hour'''), pg_temp.at(now() + interval '59 minutes'), $$ update public.admissions set status = 'discharged', disposition = 'home' where organisation_id::text like 'a%' and right(id::text, 2) = 'f1' $$), 'true',
  'who would be out before is out then [N-21 +]');

select * from finish();
rollback;
