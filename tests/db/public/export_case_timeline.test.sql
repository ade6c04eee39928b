-- public.export_case_timeline: who gives the record of a case to whom, with the patient's consent or an order, and what it tells.
begin;
select plan(28);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What a member of the clinic is answered, by the end of their user_id; the server, without one.
create function pg_temp.by(who text, statement text, more jsonb default '{}') returns text language plpgsql as $$
declare
  v_answer text;
begin
  if who is not null then
    perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', (jsonb_build_object('sub', case left(who, 1) when 'b' then 'b1' else 'a1' end || '000000-0000-7000-8000-0000000000' || right(who, 2),
      'role', 'authenticated', 'session_id', case left(who, 1) when 'b' then 'b1' else 'a1' end || '000000-0000-7000-9000-0000000000' || right(who, 2)) || more)::text, true);
  end if;
  execute statement into v_answer;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return coalesce(v_answer, 'ok');
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create function pg_temp.export(who text, kind text, number text default '01', more text default '', claims jsonb default '{}') returns text language sql as $$
  select pg_temp.by(who, format('select concat_ws('' '', t ->> ''format'', (t ->> ''timeline'')::jsonb ->> ''recipient_kind'', jsonb_array_length((t ->> ''timeline'')::jsonb -> ''events''), right(t ->> ''timeline_sha256'', 64) = encode(sha256(convert_to(t ->> ''timeline'', ''UTF8'')), ''hex''))
    from public.export_case_timeline((''af000000-0000-7000-8000-0000000000'' || %L)::uuid, %L %s) as t', number, kind, more), claims)
$$;
create function pg_temp.consents(change text) returns void language plpgsql as $$
begin
  alter table public.consents disable trigger user;
  if change is not null then
    delete from public.consents where purpose = 'insurer_disclosure' or id = '00000000-0000-7000-8000-0000000000c1';
    insert into public.consents (organisation_id, id, patient_id, purpose, status) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000c1', 'a3000000-0000-7000-8000-000000000001', 'insurer_disclosure', 'active');
    execute 'update public.consents set ' || change || ' where id = ''00000000-0000-7000-8000-0000000000c1''';
  end if;
  alter table public.consents enable trigger user;
end
$$;
create temporary table before as select d.id from public.disclosures as d;
create function pg_temp.disclosed() returns text language sql as $$
  select string_agg(concat_ws(' ', d.recipient_kind, d.purpose, d.recipient_name, d.legal_ground, array_to_string(d.content, ','), right(d.source_id::text, 2), d.content_sha256 is not null), '; ' order by d.recipient_kind, d.legal_ground) from public.disclosures as d where d.id <> all (array(select b.id from before as b))
$$;
select is(pg_temp.export('01', 'auditor'), 'cordon.case-timeline.1 auditor 8 t',
  'a clinic_admin gives the record of a case to an auditor, under its digest [S-18 +, N-49 +]');
select is(pg_temp.export('14', 'auditor'), 'cordon.case-timeline.1 auditor 8 t', 'the privacy officer too [N-49 +]');
select is(pg_temp.export('02', 'auditor'), '42501 a case''s timeline is not yours to export', 'a doctor does not [N-49 -]');
select is(pg_temp.export('05', 'auditor'), '42501 a case''s timeline is not yours to export', 'nor reception [N-49 -]');
select is(pg_temp.export('01', 'patient'), '22023 this recipient gets no timeline', 'to no patient, who has an export of their own [N-49 -]');
select is(pg_temp.export('01', null), '22023 this recipient gets no timeline', 'nor to nobody [N-49 -]');
select is(pg_temp.export('01', 'auditor', '99'), 'CD010 case not found', 'of no case that there is not [N-49 -]');
select is(pg_temp.export('b01', 'auditor'), 'CD010 case not found', 'nor of another clinic''s [S-05 -]');
select is(pg_temp.export('01', 'auditor', more => ', ''b0000000-0000-7000-8000-000000000001'''), 'CD010 case not found', 'nor where another clinic is named [S-05 -]');
select is(pg_temp.export('01', 'auditor', more => ', ''a0000000-0000-7000-8000-000000000001'''), 'cordon.case-timeline.1 auditor 8 t',
  'of one''s own, named or not [S-05 +]');
select is(pg_temp.export('01', 'authority'), 'CD020 an export to an authority takes its name and its ground',
  'to an authority not without its name and the order [N-49 -]');
select is(pg_temp.export('01', 'authority', more => ', null, ''A court'''), 'CD020 an export to an authority takes its name and its ground',
  'not without the order [N-49 -]');
select is(pg_temp.export('01', 'authority', more => ', null, null, ''order 1/26'''), 'CD020 an export to an authority takes its name and its ground',
  'not without its name [N-49 -]');
select is(pg_temp.export('01', 'authority', more => ', null, '' X '', ''order 1/26'''), 'CD020 an export to an authority takes its name and its ground',
  'of two signs, blanks aside [N-49 -]');
select is(pg_temp.export('01', 'authority', more => ', null, repeat(''x'', 301), ''order 1/26'''), 'CD020 an export to an authority takes its name and its ground',
  'and of 300 at most [N-49 -]');
select is(pg_temp.export('01', 'authority', more => ', null, ''A court'', ''1234'''), 'CD020 an export to an authority takes its name and its ground',
  'an order is of five [N-49 -]');
select is(pg_temp.export('01', 'authority', more => ', null, ''A court'', repeat(''x'', 501)'), 'CD020 an export to an authority takes its name and its ground',
  'and of 500 at most [N-49 -]');
select is(pg_temp.export('01', 'authority', more => ', null, '' A court '', '' order 1/26 '''), 'cordon.case-timeline.1 authority 8 t',
  'with both it is given [N-49 +]');
select pg_temp.consents('status = ''withdrawn'', withdrawn_at = now()');
select is(pg_temp.export('01', 'insurer'), '42501 the patient consents to no disclosure to insurers',
  'to an insurer not after the consent was withdrawn [N-48 -, N-50 -]');
select pg_temp.consents('archived_at = now()');
select is(pg_temp.export('01', 'insurer'), '42501 the patient consents to no disclosure to insurers', 'nor put away [N-48 -]');
select pg_temp.consents('purpose = ''ops_handoff''');
select is(pg_temp.export('01', 'insurer'), '42501 the patient consents to no disclosure to insurers', 'nor on a consent to something else [N-48 -]');
select pg_temp.consents('patient_id = ''a3000000-0000-7000-8000-000000000003''');
select is(pg_temp.export('01', 'insurer'), '42501 the patient consents to no disclosure to insurers', 'nor on another patient''s [N-48 -]');
select pg_temp.consents('expires_at = now() - interval ''1 minute''');
select is(pg_temp.export('01', 'insurer'), '42501 the patient consents to no disclosure to insurers', 'nor after its day [N-48 -]');
select pg_temp.consents('superseded_at = now() - interval ''1 minute''');
select is(pg_temp.export('01', 'insurer'), '42501 the patient consents to no disclosure to insurers', 'nor after its text has changed [N-48 -]');
select pg_temp.consents('superseded_at = now() + interval ''1 minute''');
select is(pg_temp.export('01', 'insurer'), 'cordon.case-timeline.1 insurer 8 t', 'until then it is [N-48 +]');
select is(pg_temp.disclosed(), 'auditor audit public.case_activity_log 01 t; auditor audit public.case_activity_log 01 t; auditor audit public.case_activity_log 01 t; authority legal_obligation A court order 1/26 public.case_activity_log 01 t; insurer insurer_disclosure public.case_activity_log 01 t',
  'of each the patient is told: to whom, for what, on which ground, of what [N-49 +]');
select is((select string_agg(concat_ws(' ', e.event_type, right(e.entity_id::text, 2), right(e.actor_user_id::text, 2), e.details), '; ' order by e.actor_user_id) from audit.security_events as e where e.occurred_at >= now() and e.event_type = 'data.exported'), 'data.exported 01 01 {"kind": "case_timeline"}; data.exported 01 01 {"kind": "case_timeline"}; data.exported 01 01 {"kind": "case_timeline"}; data.exported 01 01 {"kind": "case_timeline"}; data.exported 01 14 {"kind": "case_timeline"}',
  'and the security events tell who did it [N-37 +]');
alter table public.cases disable trigger user;
update public.cases set archived_at = now() where organisation_id = 'a0000000-0000-7000-8000-000000000001' and right(id::text, 2) = '01';
select is(pg_temp.export('01', 'auditor'), 'CD010 case not found', 'of a case that was put away nothing is given [N-49 -]');

select * from finish();
rollback;
