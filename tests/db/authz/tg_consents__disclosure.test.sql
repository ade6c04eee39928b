-- authz.tg_consents__disclosure: operations who hold a case are shown the chart of its patient with the consent to that: which is written down, once for each case, and for nothing that shows them nothing new.
begin;
select plan(22);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
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
-- The seeded consent of the patient whose case operations hold is put away, but where it is said otherwise. In the other clinic operations hold cases of a patient of the same id.
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000003', 'SAME-ID', 'Same Id');
alter table public.cases disable trigger user;
insert into public.cases (organisation_id, id, number, patient_id, priority, status, handed_off_at) values ('b0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000c1', 'CASE-91', 'a3000000-0000-7000-8000-000000000003', 'urgent', 'handed_off', now());
alter table public.cases enable trigger user;
insert into public.consents (organisation_id, id, patient_id, purpose, status) values ('b0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000b1', 'a3000000-0000-7000-8000-000000000003', 'ops_handoff', 'active');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.consents disable trigger user;
update public.consents set status = 'withdrawn', withdrawn_at = now() where organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(id::text, 4) = '0032';
alter table public.consents enable trigger user;
create temporary table before as select d.organisation_id, d.id from public.disclosures as d;
create temporary table held_before as select c.organisation_id, c.id, c.xmax::text as by from public.cases as c;
create function pg_temp.told() returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', left(d.organisation_id::text, 1), right(d.patient_id::text, 2), d.recipient_kind, d.purpose, array_to_string(d.content, '+'), right(d.source_id::text, 2)), ', ' order by d.source_id), 'nothing')
  from public.disclosures as d where (d.organisation_id, d.id) not in (select b.organisation_id, b.id from before as b)
$$;
create function pg_temp.held() returns text language sql as $$
  select coalesce(string_agg(left(c.organisation_id::text, 1) || ' ' || right(c.id::text, 2), ', ' order by c.organisation_id, c.id), 'nothing') from public.cases as c join held_before as h using (organisation_id, id) where c.xmax::text <> h.by
$$;
create function pg_temp.consent(n text default 'a1', status text default 'active', more text default 'null', purpose text default 'ops_handoff', patient text default '03') returns text language sql as $$
  select format('insert into public.consents (organisation_id, id, patient_id, purpose, status, expires_at) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000%s'', ''a3000000-0000-7000-8000-0000000000%s'', %L, %L, %s)', n, patient, purpose, status, more)
$$;
create function pg_temp.set(what text, n text default 'a1') returns text language sql as $$
  select format('update public.consents set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and id = ''00000000-0000-7000-8000-0000000000%s''', what, n)
$$;
-- From then on it is that moment.
create function pg_temp.at(moment timestamptz) returns text language sql as $$
  select format('create or replace function authz.now() returns timestamptz language sql stable set search_path = pg_catalog, pg_temp as %L', format('select %L::timestamptz', moment))
$$;
-- One that was there before, as it stands by then.
create function pg_temp.earlier(what text, purpose text default 'ops_handoff', patient text default '03') returns text[] language sql as $$
  select array['raw consents', pg_temp.consent('a0', 'entered_in_error', purpose => purpose, patient => patient), 'raw consents', pg_temp.set('given_at = now() - interval ''1 day'', ' || what, 'a0')]
$$;

select is(pg_temp.after('pg_temp.told()', pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'consent to the handoff shows operations the chart of who is with them: that is written down [N-37 N-45 +]');
select is(pg_temp.after('pg_temp.told()', pg_temp.consent(status => 'proposed')), 'nothing', 'what is proposed shows them nothing [N-45 -]');
select is(pg_temp.after('pg_temp.told()', pg_temp.consent(status => 'proposed'), pg_temp.set('status = ''active''')), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'until it is in force [N-37 N-45 +]');
select is(pg_temp.after('pg_temp.told()', pg_temp.consent(purpose => 'research')), 'nothing', 'consent to something else shows them nothing [N-45 -]');
select is(pg_temp.after('pg_temp.told()', pg_temp.consent(patient => '01')), 'nothing', 'nor does that of a patient whose case they do not hold [N-37 -]');
select is(pg_temp.after('pg_temp.told()', pg_temp.consent(more => 'now() - interval ''1 minute''')), 'nothing', 'nor one whose day is over [N-45 -]');
select is(pg_temp.after('pg_temp.told()', pg_temp.consent(), pg_temp.set('status = status')), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'one that goes on is written down once [N-37 -]');
select is(pg_temp.after('pg_temp.told()', pg_temp.consent(), 'raw consents', pg_temp.set('archived_at = now()'), 'update pg_temp.before set id = id', 'insert into pg_temp.before select d.organisation_id, d.id from public.disclosures as d', pg_temp.set('archived_at = null')), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'one that was put away, and is brought back, shows it again [N-37 +]');
select is(pg_temp.after('pg_temp.told()', variadic pg_temp.earlier('status = ''active'', expires_at = now() - interval ''1 hour''') || pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'one that takes the place of one that was over shows what they did not see [N-37 +]');
select is(pg_temp.after('pg_temp.told()', variadic pg_temp.earlier('status = ''active'', legal_basis = ''health_protection'', justification = ''The law allows this care without asking''') || pg_temp.consent()), 'nothing',
  'one that takes the place of another basis in force shows them nothing new [N-37 -]');
select is(pg_temp.after('pg_temp.told()', variadic pg_temp.earlier('status = ''active'', legal_basis = ''health_protection'', justification = ''The law allows this care without asking'', archived_at = now()') || pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'of one that was put away it does [N-37 +]');
select is(pg_temp.after('pg_temp.told()', variadic pg_temp.earlier('status = ''active'', legal_basis = ''health_protection'', justification = ''The law allows this care without asking''', 'treatment') || pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'and of one to something else [N-37 +]');
select is(pg_temp.after('pg_temp.told()', variadic pg_temp.earlier('status = ''active''', patient => '01') || pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'and of another patient''s [N-37 +]');
select is(pg_temp.after('pg_temp.told()', variadic pg_temp.earlier('status = ''withdrawn'', withdrawn_at = now(), last_status_change_at = now() + interval ''1 hour''') || pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'one that was withdrawn shows them nothing any more: the next does [N-37 +]');
select is(pg_temp.after('pg_temp.told()', variadic pg_temp.earlier('status = ''expired'', last_status_change_at = now() - interval ''1 hour''') || pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'nor one that another took the place of before [N-37 +]');
select is(pg_temp.after('pg_temp.told()', variadic pg_temp.earlier('status = ''proposed'', last_status_change_at = now() + interval ''1 hour''') || pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'nor one that waits for the patient''s word [N-37 +]');
select is(pg_temp.after('pg_temp.told()', 'raw cases', 'insert into public.cases (organisation_id, id, number, patient_id, priority, status, handed_off_at) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000c0'', ''CASE-90'', ''a3000000-0000-7000-8000-000000000003'', ''urgent'', ''handed_off'', now())', 'insert into public.cases (organisation_id, id, number, patient_id, priority) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000c9'', ''CASE-99'', ''a3000000-0000-7000-8000-000000000003'', ''urgent'')', pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records c0, a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'it is written down once for each case that they hold [N-37 +]');
select is(pg_temp.after('pg_temp.told()', 'raw cases', 'update public.cases set status = ''handed_off'', handed_off_at = now() where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = ''01''', pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'and not for those of others [N-37 -]');
select is(pg_temp.after('pg_temp.told()', variadic pg_temp.earlier('status = ''expired'', last_status_change_at = now() + interval ''1 hour''') || pg_temp.consent()), 'nothing',
  'one whose place it takes in that moment showed them as much [N-37 -]');
select is(pg_temp.after('pg_temp.told()', variadic array[pg_temp.consent(), 'raw consents', pg_temp.set('archived_at = now()')] || pg_temp.earlier('status = ''expired'', last_status_change_at = (select c.given_at from public.consents as c where c.organisation_id::text like ''a%'' and c.id = ''00000000-0000-7000-8000-0000000000a1'')') || array['insert into pg_temp.before select d.organisation_id, d.id from public.disclosures as d', pg_temp.set('archived_at = null')]), 'nothing',
  'to the microsecond [N-37 -]');
select is(pg_temp.after('pg_temp.told()', variadic array[pg_temp.at(now() + interval '10 minutes')] || pg_temp.earlier('status = ''expired'', last_status_change_at = now() + interval ''1 hour'', expires_at = now() + interval ''10 minutes''') || pg_temp.consent()), 'a 03 operations ops_handoff patient_clinical+documents+medical_records 03',
  'but for one whose time is over at that moment [N-37 +]');
select is(pg_temp.after('pg_temp.held()', 'update pg_temp.held_before as h set by = c.xmax::text from public.cases as c where c.organisation_id = h.organisation_id and c.id = h.id', pg_temp.consent()), 'a 03',
  'the cases of the patient are held meanwhile, and nobody else''s [N-37 +]');

select * from finish();
rollback;
