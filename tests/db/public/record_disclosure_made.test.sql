-- public.record_disclosure_made: what left on paper or by order is written down by the privacy officer: to whom, of what, on which ground, when.
begin;
select plan(44);

create function pg_temp.by(who text, statement text, more jsonb default '{}') returns text language plpgsql as $$
begin
  perform set_config('role', 'authenticated', true), set_config('request.jwt.claims', (jsonb_build_object('sub', 'a1000000-0000-7000-8000-0000000000' || who,
    'role', 'authenticated', 'session_id', 'a1000000-0000-7000-9000-0000000000' || who) || more)::text, true);
  execute statement;
  perform set_config('role', 'none', true), set_config('request.jwt.claims', '', true);
  return 'ok';
exception
  when others then return sqlstate || ' ' || sqlerrm;
end
$$;
create temporary table before (id uuid);
-- One that is in order, but for what is said otherwise.
create function pg_temp.tell(what jsonb default '{}', who text default '14', more jsonb default '{}') returns text language sql as $$
  insert into pg_temp.before select d.id from public.disclosures as d;
  select pg_temp.by(who, (select format('select public.record_disclosure_made(%s)', string_agg(format('%I => %L', k.key, k.value), ', '))
    from jsonb_each_text('{"patient_id": "a3000000-0000-7000-8000-000000000001", "recipient_kind": "insurer", "recipient_name": "Some Insurer, Some Street 1", "purpose": "insurer_disclosure", "content": "{documents}"}'::jsonb
      || what) as k), more)
$$;
create function pg_temp.last() returns text language sql as $$
  select concat_ws('|', d.recipient_kind, d.recipient_name, d.purpose, array_to_string(d.content, ','), d.legal_ground, case when d.disclosed_at between now() and clock_timestamp() then 'now' else d.disclosed_at::date::text end)
  from public.disclosures as d where d.organisation_id = 'a0000000-0000-7000-8000-000000000001' and d.id <> all (array(select b.id from before as b))
$$;
select is(pg_temp.tell('{}', '14', '{}') || '|' || pg_temp.last(), 'ok|insurer|Some Insurer, Some Street 1|insurer_disclosure|documents|now',
  'the privacy officer writes it down, as made now [N-48 +]');
select is(pg_temp.tell('{}', '01', '{}'), '42501 a disclosure is not yours to record',
  'no clinic_admin does [N-48 -]');
select is(pg_temp.tell('{}', '14', '{"session_id": null}'), '42501 a disclosure is not yours to record',
  'nor the officer without a session [N-48 -]');
select is(pg_temp.tell('{"patient_id": "b3000000-0000-7000-8000-000000000001"}', '14', '{}'), 'CD010 patient not found',
  'of a patient of the clinic [S-05 -]');
select is(pg_temp.tell('{"patient_id": null}', '14', '{}'), 'CD010 patient not found',
  'and not of nobody [N-48 -]');
select is(pg_temp.tell(jsonb_build_object('recipient_name', E'Some\u202eInsurer')), '23514 disclosures.recipient_name has blanks at its ends, hidden signs, or no composed form',
  'nor to a name that the patient would read otherwise [N-37 -]');
select is(pg_temp.tell(jsonb_build_object('recipient_name', E'Jos\u00e9 e Filhos')), 'ok', 'an accent is read as it is [N-37 +]');
select is(pg_temp.tell('{"recipient_kind": null}', '14', '{}'), '22023 this recipient is recorded by nobody''s hand',
  'not to a recipient of kind null [N-48 -]');
select is(pg_temp.tell('{"recipient_kind": "operations"}', '14', '{}'), '22023 this recipient is recorded by nobody''s hand',
  'not to a recipient of kind "operations" [N-48 -]');
select is(pg_temp.tell('{"recipient_kind": "transport"}', '14', '{}'), '22023 this recipient is recorded by nobody''s hand',
  'not to a recipient of kind "transport" [N-48 -]');
select is(pg_temp.tell('{"recipient_kind": ""}', '14', '{}'), '22023 this recipient is recorded by nobody''s hand',
  'not to a recipient of kind "" [N-48 -]');
select is(pg_temp.tell('{"recipient_kind": "clinic"}', '14', '{}') || '|' || pg_temp.last(), 'ok|clinic|Some Insurer, Some Street 1|insurer_disclosure|documents|now',
  'to another clinic [N-48 +]');
select is(pg_temp.tell('{"recipient_kind": "auditor", "purpose": "audit"}', '14', '{}'), 'ok',
  'to an auditor [N-48 +]');
select is(pg_temp.tell('{"recipient_name": null}', '14', '{}'), 'CD020 a disclosure names its recipient',
  'not to nobody [N-48 -]');
select is(pg_temp.tell('{"recipient_name": "  "}', '14', '{}'), 'CD020 a disclosure names its recipient',
  'nor to blanks [N-48 -]');
select is(pg_temp.tell('{"recipient_name": " A "}', '14', '{}'), 'CD020 a disclosure names its recipient',
  'nor to one sign [N-48 -]');
select is(pg_temp.tell('{"recipient_name": " AB "}', '14', '{}') || '|' || pg_temp.last(), 'ok|insurer|AB|insurer_disclosure|documents|now',
  'of two it is, without the blanks around them [N-48 +]');
select is(pg_temp.tell(jsonb_build_object('recipient_name', repeat('x', 301))), 'CD020 a disclosure names its recipient',
  'not of 301 [N-48 -]');
select is(pg_temp.tell(jsonb_build_object('recipient_name', repeat('x', 300))), 'ok',
  'of 300 [N-48 +]');
select is(pg_temp.tell('{"recipient_kind": "patient", "purpose": "subject_access"}', '14', '{}'), 'CD020 a disclosure names its recipient',
  'the patient is not named again [N-48 -]');
select is(pg_temp.tell('{"recipient_kind": "patient", "recipient_name": null, "purpose": "subject_access"}', '14', '{}') || '|' || pg_temp.last(), 'ok|patient|subject_access|documents|now',
  'what they got is theirs to ask for [N-48 +]');
select is(pg_temp.tell('{"recipient_kind": "patient", "recipient_name": null}', '14', '{}'), 'CD006 unknown purpose',
  'for no other purpose [N-48 -]');
select is(pg_temp.tell('{"purpose": "subject_access"}', '14', '{}'), 'CD006 unknown purpose',
  'nor is that anybody elses [N-48 -]');
select is(pg_temp.tell('{"purpose": null}', '14', '{}'), 'CD006 unknown purpose',
  'not for none [N-48 -]');
select is(pg_temp.tell('{"purpose": "curiosity"}', '14', '{}'), 'CD006 unknown purpose',
  'nor for one that is not known [N-48 -]');
select is(pg_temp.tell('{"purpose": "legal_obligation"}', '14', '{}'), 'ok',
  'for what a law commands [N-48 +]');
select is(pg_temp.tell('{"recipient_kind": "authority", "purpose": "legal_obligation"}', '14', '{}'), 'CD020 a disclosure to an authority takes its legal ground',
  'to an authority not without the order [N-48 -]');
select is(pg_temp.tell('{"recipient_kind": "authority", "purpose": "legal_obligation", "legal_ground": "    "}', '14', '{}'), 'CD020 a disclosure to an authority takes its legal ground',
  'which is no blanks [N-48 -]');
select is(pg_temp.tell('{"recipient_kind": "authority", "purpose": "legal_obligation", "legal_ground": " 1234 "}', '14', '{}'), 'CD020 a disclosure to an authority takes its legal ground',
  'nor four signs [N-48 -]');
select is(pg_temp.tell('{"recipient_kind": "authority", "purpose": "legal_obligation", "legal_ground": " 12345 "}', '14', '{}') || '|' || pg_temp.last(), 'ok|authority|Some Insurer, Some Street 1|legal_obligation|documents|12345|now',
  'with it [N-48 +]');
select is(pg_temp.tell(jsonb_build_object('legal_ground', repeat('x', 501))), 'CD020 a disclosure to an authority takes its legal ground',
  'a ground is of 500 signs at most, whoever it goes to [N-48 -]');
select is(pg_temp.tell(jsonb_build_object('legal_ground', repeat('x', 500))), 'ok',
  'of as many [N-48 +]');
select is(pg_temp.tell('{"content": null}', '14', '{}'), '22023 what went is said in names of tables',
  'what went is not null [N-48 -]');
select is(pg_temp.tell('{"content": "{}"}', '14', '{}'), '22023 what went is said in names of tables',
  'what went is not {} [N-48 -]');
select is(pg_temp.tell('{"content": "{documents,NULL}"}', '14', '{}'), '22023 what went is said in names of tables',
  'what went is not {documents,NULL} [N-48 -]');
select is(pg_temp.tell('{"content": "{Documents}"}', '14', '{}'), '22023 what went is said in names of tables',
  'what went is not {Documents} [N-48 -]');
select is(pg_temp.tell('{"content": "{documents,nothing_of_ours}"}', '14', '{}'), '22023 what went is said in names of tables',
  'what went is not {documents,nothing_of_ours} [N-48 -]');
select is(pg_temp.tell('{"content": "{1documents}"}', '14', '{}'), '22023 what went is said in names of tables',
  'what went is not {1documents} [N-48 -]');
select is(pg_temp.tell(jsonb_build_object('content', array_fill('documents'::text, array[201])::text)), '22023 what went is said in names of tables',
  'nor 201 tables [N-48 -]');
select is(pg_temp.tell('{"content": "{documents,medical_records}"}', '14', '{}') || '|' || pg_temp.last(), 'ok|insurer|Some Insurer, Some Street 1|insurer_disclosure|documents,medical_records|now',
  'of two tables [N-48 +]');
select is(pg_temp.tell(jsonb_build_object('disclosed_at', now() + interval '6 minutes')), '22023 a disclosure that was made lies in the past',
  'not to come [N-48 -]');
select is(pg_temp.tell(jsonb_build_object('disclosed_at', now() + interval '4 minutes')) || '|' || pg_temp.last(), 'ok|insurer|Some Insurer, Some Street 1|insurer_disclosure|documents|now',
  'a clock that is ahead a little means now [N-48 +]');
select is(pg_temp.tell('{"disclosed_at": "-infinity"}', '14', '{}'), '22023 a disclosure that was made lies in the past',
  'nor before all time [N-48 -]');
select is(pg_temp.tell('{"disclosed_at": "2026-01-02"}', '14', '{}') || '|' || pg_temp.last(), 'ok|insurer|Some Insurer, Some Street 1|insurer_disclosure|documents|2026-01-02',
  'what went before is written down as of then [N-48 +]');

select * from finish();
rollback;
