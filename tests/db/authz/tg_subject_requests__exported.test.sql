-- authz.tg_subject_requests__exported, authz.tg_subject_requests__objection: who asked for their data was given it, or told how else; and what an objection that was upheld ends.
begin;
select plan(19);

set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'SAME-ID', 'Same Id');
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
create function pg_temp.asks(kind text, more text default '') returns text language sql as $$
  select format('insert into public.subject_requests (organisation_id, id, patient_id, kind, status, created_at) values (''a0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000f1'', ''a3000000-0000-7000-8000-000000000002'', %L, ''in_progress'', now() - interval ''1 hour'')', kind)
$$;
create function pg_temp.set(what text) returns text language sql as $$ select format('update public.subject_requests set %s where organisation_id::text like ''a%%'' and id = ''00000000-0000-7000-8000-0000000000f1''', what) $$;
-- What was handed out, as it should be but for what is said otherwise.
create function pg_temp.given(more jsonb default '{}') returns text[] language sql as $$
  select array['alter table public.disclosures disable trigger user', format('insert into public.disclosures (organisation_id, patient_id, recipient_kind, purpose, content, source_table, disclosed_at) select organisation_id, patient_id, recipient_kind, purpose, content, source_table, disclosed_at from jsonb_populate_record(null::public.disclosures, %L)',
    jsonb_build_object('organisation_id', 'a0000000-0000-7000-8000-000000000001', 'patient_id', 'a3000000-0000-7000-8000-000000000002', 'recipient_kind', 'patient', 'purpose', 'subject_access', 'content', array['patients'], 'source_table', 'public.export_subject', 'disclosed_at', now()) || more)]
$$;
create function pg_temp.answered(kind text, given text[], what text default 'status = ''completed''') returns text language sql as $$
  select pg_temp.after('(select concat_ws('' '', r.status, r.answered_otherwise) from public.subject_requests as r where r.id = ''00000000-0000-7000-8000-0000000000f1'')', variadic array['raw subject_requests', pg_temp.asks(kind)] || given || pg_temp.set(what))
$$;
select is(pg_temp.answered('access', '{}'), 'CD013 nothing was given to who asked for their data', 'nobody says that data was given which was not [N-49 -]');
select is(pg_temp.answered('portability', '{}'), 'CD013 nothing was given to who asked for their data', 'in no form [N-49 -]');
select is(pg_temp.answered('correction', '{}'), 'completed', 'what was asked for otherwise takes none [N-49 +]');
select is(pg_temp.answered('access', pg_temp.given()), 'completed', 'what the patient was given answers them [N-49 +]');
select is(pg_temp.answered('access', pg_temp.given('{"source_table": "public.record_disclosure_made"}')), 'completed',
  'so does what was handed over and recorded [N-49 +]');
select is(pg_temp.answered('access', pg_temp.given('{"source_table": "public.export_case_timeline"}')), 'CD013 nothing was given to who asked for their data',
  'and nothing else that was taken out [N-49 -]');
select is(pg_temp.answered('access', pg_temp.given('{"recipient_kind": "insurer"}')), 'CD013 nothing was given to who asked for their data',
  'nor what somebody else was given [N-49 -]');
select is(pg_temp.answered('access', pg_temp.given('{"purpose": "treatment"}')), 'CD013 nothing was given to who asked for their data',
  'or what was given for something else [N-49 -]');
select is(pg_temp.answered('access', pg_temp.given('{"patient_id": "a3000000-0000-7000-8000-000000000001"}')), 'CD013 nothing was given to who asked for their data',
  'or of another patient [N-49 -]');
select is(pg_temp.answered('access', pg_temp.given('{"organisation_id": "b0000000-0000-7000-8000-000000000001"}')), 'CD013 nothing was given to who asked for their data',
  'or by another clinic [S-05 N-49 -]');
select is(pg_temp.answered('access', pg_temp.given(jsonb_build_object('disclosed_at', now() - interval '61 minutes'))), 'CD013 nothing was given to who asked for their data',
  'or before they asked [N-49 -]');
select is(pg_temp.answered('access', pg_temp.given(jsonb_build_object('disclosed_at', now() - interval '1 hour'))), 'completed', 'at that moment it counts [N-49 +]');
select is(pg_temp.answered('access', '{}', 'status = ''completed'', answered_otherwise = ''They came by and read it'''), 'completed They came by and read it',
  'or they are told how else they were answered [N-49 +]');
select is(pg_temp.answered('access', '{}', 'status = ''in_progress'''), 'in_progress', 'what goes on takes nothing yet [N-49 +]');
select is(pg_temp.answered('access', array['raw subject_requests', pg_temp.set('status = ''completed'', resolved_at = now()')]), 'completed',
  'what was answered before anybody asked can be written to [N-49 +]');
select is(pg_temp.answered('access', array[pg_temp.set('status = ''completed'', answered_otherwise = ''They came by and read it''')], 'answered_otherwise = ''They were sent a letter'''), 'CD014 how a request was answered stays what was told',
  'how they were answered stays what they were told [N-49 -]');
select is(pg_temp.answered('access', array[pg_temp.set('status = ''completed'', answered_otherwise = ''They came by and read it''')], 'answered_otherwise = ''They came by and read it'''), 'completed They came by and read it',
  'the same may be written again [N-49 +]');

-- What there is of the patient, and of others, on which basis.
create function pg_temp.rests(n text, purpose text default 'scheduling', basis text default 'health_protection', status text default 'active', more jsonb default '{}') returns text[] language sql as $$
  select array['raw consents', format('insert into public.consents (organisation_id, id, patient_id, purpose, legal_basis, status, justification, archived_at) select organisation_id, id, patient_id, purpose, legal_basis, status, justification, archived_at from jsonb_populate_record(null::public.consents, %L)',
    jsonb_build_object('organisation_id', 'a0000000-0000-7000-8000-000000000001', 'id', '00000000-0000-7000-8000-0000000000' || n, 'patient_id', 'a3000000-0000-7000-8000-000000000002', 'purpose', purpose, 'legal_basis', basis, 'status', status,
      'justification', case when basis <> 'consent' then 'The law allows this without asking' end) || more)]
$$;
create function pg_temp.upheld(status text default 'completed') returns text language sql as $$
  select pg_temp.after('(select string_agg(concat_ws('' '', left(c.organisation_id::text, 1) || right(c.id::text, 2), c.status, c.withdrawal_reason, case when c.xmax::text <> ''0'' and c.status <> ''withdrawn'' then ''held'' end), ''; '' order by c.organisation_id, c.id) from public.consents as c where c.id::text like ''00000000-%'')',
    variadic pg_temp.rests('01') || pg_temp.rests('02', 'research', 'consent') || pg_temp.rests('03', 'data_view', 'vital_interest', more => '{"archived_at": "2026-01-01"}') || pg_temp.rests('04', 'billing', 'legal_obligation') || pg_temp.rests('05', 'treatment')
      || pg_temp.rests('06', 'ops_handoff', 'health_protection', 'proposed') || pg_temp.rests('07', 'scheduling', 'health_protection', 'expired') || pg_temp.rests('08', 'transfer_disclosure', 'health_protection', more => '{"archived_at": "2026-01-01"}')
      || pg_temp.rests('09', more => '{"patient_id": "a3000000-0000-7000-8000-000000000001"}') || pg_temp.rests('01', more => '{"organisation_id": "b0000000-0000-7000-8000-000000000001"}')
      || pg_temp.rests('0e', 'data_view', 'health_protection', 'expired', '{"archived_at": "2026-01-01"}') || pg_temp.rests('0a', 'research', 'consent', 'proposed') || pg_temp.rests('0b', 'treatment', 'health_protection', 'proposed') || pg_temp.rests('0c', 'scheduling', 'health_protection', 'proposed', '{"patient_id": "a3000000-0000-7000-8000-000000000001"}') || pg_temp.rests('0d', 'scheduling', 'health_protection', 'proposed', '{"organisation_id": "b0000000-0000-7000-8000-000000000001"}')
      || array['raw subject_requests', pg_temp.asks('objection'), pg_temp.set(format('status = %L', status))])
$$;
select is(pg_temp.upheld(), 'a01 withdrawn The patient objected, and it was upheld.; a02 active; a03 active; a04 active; a05 active; a06 proposed held; a07 expired; a08 active held; a09 active; a0a proposed; a0b proposed; a0c proposed; a0e expired; b01 active; b0d proposed',
  'an objection that is upheld ends what rests on the protection of health: what is in force of that patient at that clinic, and not their care, nor what may come [N-49 +]');
select is(pg_temp.upheld('in_progress'), 'a01 active; a02 active; a03 active; a04 active; a05 active; a06 proposed held; a07 expired; a08 active held; a09 active; a0a proposed; a0b proposed; a0c proposed; a0e expired; b01 active; b0d proposed',
  'one that waits ends nothing, and holds what may come into force, or come back [N-49 -]');

select * from finish();
rollback;
