-- authz.export_request: for which request the privacy officer exports a person: one that is under way, that somebody else took down, and three times at most.
begin;
select plan(21);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
alter table public.subject_requests disable trigger user;
delete from public.subject_request_evidence;
delete from public.subject_requests;
insert into public.subject_requests (organisation_id, id, patient_id, kind, status, created_by_user_id)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'a3000000-0000-7000-8000-000000000001', 'access', 'in_progress', 'a1000000-0000-7000-8000-000000000005');
create function pg_temp.asked(request text default null, patient text default '01', clinic text default 'a') returns text language plpgsql as $$
begin
  perform set_config('request.jwt.claims', '{"sub": "a1000000-0000-7000-8000-000000000014", "role": "authenticated", "session_id": "a1000000-0000-7000-9000-000000000014"}', true);
  return right(authz.export_request((clinic || '0000000-0000-7000-8000-000000000001')::uuid, ('a3000000-0000-7000-8000-0000000000' || patient)::uuid, ('00000000-0000-7000-8000-0000000000' || request)::uuid)::text, 2);
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.while_it_is(change text, request text default 'f1') returns text language plpgsql as $$
declare
  v_said text;
begin
  begin
    execute 'update public.subject_requests set ' || change || ' where id = ''00000000-0000-7000-8000-0000000000f1''';
    v_said := pg_temp.asked(request);
    raise exception 'taken back' using errcode = 'RB000';
  exception
    when sqlstate 'RB000' then return v_said;
  end;
end
$$;

select is(pg_temp.asked(), 'f1', 'the only request that is under way [N-49 +]');
select is(pg_temp.asked('f1'), 'f1', 'the one that is named [N-49 +]');
select is(pg_temp.while_it_is('kind = ''portability'''), 'f1', 'of portability too [N-49 +]');
select is(pg_temp.while_it_is('kind = ''correction'''), 'CD013 nobody asked for this export', 'no other kind [N-49 -]');
select is(pg_temp.while_it_is('status = ''received'''), 'CD013 nobody asked for this export', 'none that nobody has taken up [N-49 -]');
select is(pg_temp.while_it_is('status = ''completed'', resolved_at = now()'), 'CD013 nobody asked for this export', 'none that was answered [N-49 -]');
select is(pg_temp.while_it_is('archived_at = now()'), 'CD010 request not found', 'none that was put away: it is not there [N-49 -]');
select is(pg_temp.while_it_is('archived_at = now()', null), 'CD013 nobody asked for this export', 'and where none is named, nobody asked [N-49 -]');
select is(pg_temp.while_it_is('created_by_user_id = ''a1000000-0000-7000-8000-000000000014'''), 'CD008 you took this request down yourself', 'none that the officer took down [N-49 -]');
select is(pg_temp.while_it_is('created_by_user_id = null'), 'f1', 'one that the server took down [N-49 +]');
select is(pg_temp.while_it_is('patient_id = ''a3000000-0000-7000-8000-000000000002'''), 'CD010 request not found', 'none of another patient''s [N-49 -]');
select is(pg_temp.asked('f9'), 'CD010 request not found', 'none that there is not [N-49 -]');
select is(pg_temp.asked('f1', '02'), 'CD010 request not found', 'nobody is exported for somebody else''s [N-49 -]');
select is(pg_temp.asked(null, '02'), 'CD013 nobody asked for this export', 'who did not ask is not exported [N-49 -]');
select is(pg_temp.asked('f1', '01', 'b'), 'CD010 request not found', 'nor in a clinic that was not asked [S-05 -]');
select is(pg_temp.asked(null, '01', 'b'), 'CD013 nobody asked for this export', 'named or not [S-05 -]');

insert into public.subject_requests (organisation_id, id, patient_id, kind, status)
values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f2', 'a3000000-0000-7000-8000-000000000001', 'portability', 'in_progress');
select is(pg_temp.asked(), 'CD013 the patient asked more than once', 'of two one is named [N-49 -]');
select is(pg_temp.asked('f2'), 'f2', 'and it is that one [N-49 +]');

-- Each export is a disclosure that names its request.
alter table public.disclosures disable trigger user;
create function pg_temp.exported(patient text, source text, request text, clinic text default 'a') returns void language sql as $$
  select set_config('app.pinned_organisation_id', clinic || '0000000-0000-7000-8000-000000000001', true);
  insert into public.disclosures (organisation_id, patient_id, recipient_kind, purpose, content, source_table, source_id)
  values ((clinic || '0000000-0000-7000-8000-000000000001')::uuid, (patient || '000000-0000-7000-8000-000000000001')::uuid, 'patient', 'subject_access', '{patients}', source, ('00000000-0000-7000-8000-0000000000' || request)::uuid);
$$;
select pg_temp.exported('a3', 'public.export_subject', 'f1');
select pg_temp.exported('a3', 'public.export_subject', 'f1');
select pg_temp.exported('a3', 'public.export_subject', 'f2');
select pg_temp.exported('a3', 'public.record_disclosure_made', 'f1');
select pg_temp.exported('b3', 'public.export_subject', 'f1', 'b');
select is(pg_temp.asked('f1'), 'f1', 'exported twice for it, and otherwise for others, it is exported again [N-49 +]');
select pg_temp.exported('a3', 'public.export_subject', 'f1');
select is(pg_temp.asked('f1'), 'CD013 this request has been answered with an export three times', 'three times, and no more [N-49 -]');
select is(pg_temp.asked('f2'), 'f2', 'which says nothing of another request [N-49 +]');

select * from finish();
rollback;
