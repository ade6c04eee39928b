-- authz.tg_cases__disclosure: a case that is handed to operations, or opens to them again, shows them its patient: which is written down each time, and at no other.
begin;
select plan(15);

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
alter table public.cases disable trigger _200_transition;
create function pg_temp.set(what text) returns text language sql as $$ select format('update public.cases set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 2) = ''03''', what) $$;
create function pg_temp.is_at(what text) returns text[] language sql as $$ select array['raw cases', pg_temp.set(what), 'alter table public.cases disable trigger _200_transition'] $$;
create function pg_temp.told(stand text, what text, consent text default 'withdrawn') returns text language sql as $$
  select pg_temp.after('coalesce((select string_agg(concat_ws('' '', d.recipient_kind, d.purpose, right(d.patient_id::text, 2), right(d.source_id::text, 2), array_to_string(d.content, ''+'')), '', '') from public.disclosures as d where d.disclosed_at > now()), ''nothing'')',
    variadic array['raw consents', format('update public.consents set status = %L, withdrawn_at = case when %1$L = ''withdrawn'' then now() end where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 4) = ''0032''', consent)] || pg_temp.is_at(stand) || pg_temp.set(what))
$$;
select is(pg_temp.told('status = ''in_transfer'', handed_off_at = null', 'status = ''handed_off'''), 'operations ops_handoff 03 03 patients+patient_identity+admissions+transfers+consents+signed_forms',
  'a case that is handed over shows operations who it is of [N-37 S-29 +]');
select is(pg_temp.told('status = ''in_transfer'', handed_off_at = null', 'status = ''handed_off''', 'active'), 'operations ops_handoff 03 03 patients+patient_identity+admissions+transfers+consents+signed_forms+patient_clinical+documents+medical_records',
  'and with their consent what tells of their health [N-37 N-45 +]');
select is(pg_temp.told('status = ''active'', handed_off_at = null', 'status = ''triage'''), 'nothing', 'another step of the clinic''s shows nothing [N-37 -]');
select is(pg_temp.told('status = ''handed_off'', handed_off_at = now()', 'priority = ''urgent'''), 'nothing',
  'nor another word about one that was handed over [N-37 -]');
select is(pg_temp.told('status = ''handed_off'', handed_off_at = now()', 'status = ''closed'''), 'nothing', 'nor that it is closed [N-37 -]');
select is(pg_temp.told('status = ''closed'', handed_off_at = now()', 'status = ''active'', reopen_reason = ''billing'''), 'operations ops_handoff 03 03 patients+patient_identity+admissions+transfers+consents+signed_forms',
  'one that opens again shows it again [N-37 +]');
select is(pg_temp.told('status = ''closed'', handed_off_at = now()', 'priority = ''urgent'''), 'nothing', 'as long as it is closed it does not [N-37 -]');
select is(pg_temp.told('status = ''closed'', handed_off_at = null', 'status = ''active'', reopen_reason = ''billing'''), 'nothing',
  'nor one that was never handed over [N-37 -]');
select is(pg_temp.told('status = ''active'', handed_off_at = now()', 'status = ''in_transfer'''), 'nothing', 'what is with operations goes on without [N-37 -]');
select is(pg_temp.told('status = ''active'', handed_off_at = now(), archived_at = now()', 'archived_at = null'), 'operations ops_handoff 03 03 patients+patient_identity+admissions+transfers+consents+signed_forms',
  'one that the server brings back shows it again [N-37 +]');
select is(pg_temp.told('status = ''active'', handed_off_at = null, archived_at = now()', 'archived_at = null'), 'nothing',
  'not one that was never handed over [N-37 -]');
select is(pg_temp.told('status = ''closed'', handed_off_at = now(), archived_at = now()', 'archived_at = null'), 'nothing', 'nor one that is closed [N-37 -]');
select is(pg_temp.told('status = ''cancelled'', handed_off_at = now(), archived_at = now()', 'archived_at = null'), 'nothing', 'or was cancelled [N-37 -]');
select is(pg_temp.told('status = ''active'', handed_off_at = now(), archived_at = now()', 'priority = ''urgent'''), 'nothing',
  'what stays away shows nothing [N-37 -]');
select is(pg_temp.told('status = ''active'', handed_off_at = now()', 'archived_at = now()'), 'nothing', 'nor what is put away [N-37 -]');

select * from finish();
rollback;
