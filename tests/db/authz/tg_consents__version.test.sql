-- authz.tg_consents__version: which text a consent is to, how and on which ground it is recorded, and what it takes the place of.
begin;
select plan(28);

set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
-- What the server is answered.
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
create function pg_temp.record(id text, patient text, purpose text, more jsonb default '{}') returns text language sql as $$
  select pg_temp.said((select format('insert into public.consents (%s) select %1$s from jsonb_populate_record(null::public.consents, %L)', string_agg(quote_ident(k.key), ', '), jsonb_object_agg(k.key, k.value))
    from jsonb_each(jsonb_build_object('organisation_id', 'a0000000-0000-7000-8000-000000000001', 'id', '00000000-0000-7000-8000-0000000000' || id,
      'patient_id', 'a3000000-0000-7000-8000-0000000000' || patient, 'purpose', purpose) || more) as k))
$$;
create function pg_temp.change(id text, change text) returns text language sql as $$
  select pg_temp.said(format('update public.consents set %s where organisation_id = ''a0000000-0000-7000-8000-000000000001'' and right(id::text, 4) = ''00%s''', change, id))
$$;
create function pg_temp.stands(ids text) returns text language sql as $$
  select string_agg(concat_ws(' ', right(c.id::text, 2), 'v' || c.purpose_version, c.status, c.given_how, c.given_as, case when c.given_at >= now() then 'now' when c.given_at is not null then 'then' end,
    'until ' || round(extract(epoch from c.superseded_at - now()) / 86400)), ', ' order by c.id)
  from public.consents as c where right(c.id::text, 2) = any (string_to_array(ids, ',')) and c.organisation_id = 'a0000000-0000-7000-8000-000000000001'
$$;
select is(pg_temp.record('c1', '01', 'research', '{"purpose_version": 7, "given_at": "2020-01-01", "given_how": "portal", "given_as": "patient"}') || ' ' || pg_temp.stands('c1'), '1 c1 v1 proposed',
  'what is proposed is to the text in force, and given by nobody yet, whatever is written [N-45 +]');
select is(pg_temp.change('c1', 'status = ''active''') || ' ' || pg_temp.stands('c1'), '1 c1 v1 active recorded now',
  'it is given when it comes into force, by the clock [N-45 +]');
select is(pg_temp.change('c1', 'purpose_version = 7, given_at = ''2020-01-01'', given_how = ''portal'', given_as = ''guardian''') || ' ' || pg_temp.stands('c1'), '1 c1 v1 active recorded now',
  'and stays what it was given as [N-45 -]');
select is(pg_temp.record('c2', '01', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}') || ' ' || pg_temp.stands('c2'), '1 c2 v1 active recorded now',
  'another basis is recorded [N-48 +]');
select is(pg_temp.record('c3', '01', 'marketing', '{"status": "active", "legal_basis": "health_protection"}'), 'CD020 the law does not open this purpose on this basis',
  'what the law opens to consent alone takes no other [N-48 -]');
select is(pg_temp.record('c3', '01', 'marketing', '{"legal_basis": "health_protection"}'), 'CD020 the law does not open this purpose on this basis',
  'proposed neither [N-48 -]');
select is(pg_temp.record('c3', '01', 'nothing'), '23503 insert or update on table "consents" violates foreign key constraint "consents_purpose_fkey"',
  'no purpose takes none [N-45 -]');
select is(pg_temp.said($$ insert into public.subject_requests (organisation_id, id, patient_id, kind) values ('a0000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-0000000000f1', 'a3000000-0000-7000-8000-000000000002', 'objection') $$), '1',
  'a patient objects');
select is(pg_temp.record('c4', '02', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}'), 'CD020 the patient has objected',
  'then nothing of theirs rests on the protection of health [N-49 -]');
select is(pg_temp.record('c4', '02', 'scheduling', '{"legal_basis": "health_protection"}'), '1',
  'but what is proposed');
select is(pg_temp.change('c4', 'status = ''active'''), 'CD020 the patient has objected',
  'and does not come into force [N-49 -]');
select is(pg_temp.record('c5', '02', 'ops_handoff', '{"status": "active", "legal_basis": "vital_interest"}'), '1',
  'what a life hangs on does [N-49 +]');
select is(pg_temp.record('c6', '02', 'billing', '{"status": "active", "legal_basis": "legal_obligation"}'), '1',
  'what a law commands does [N-49 +]');
select is(pg_temp.record('c7', '02', 'treatment', '{"status": "active", "legal_basis": "health_protection"}'), '1',
  'care itself does [N-49 +]');
select is(pg_temp.record('c8', '02', 'research', '{"status": "active"}'), '1',
  'and what they consent to [N-49 +]');
select is(pg_temp.record('ce', '03', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}'), '1',
  'of another patient it says nothing [N-49 +]');
select is(pg_temp.said($$ update public.subject_requests set archived_at = now() where id = '00000000-0000-7000-8000-0000000000f1' $$) || pg_temp.change('c4', 'status = ''active'''), '11',
  'put away as a mistake, it bars nothing [N-49 +]');
select is(pg_temp.change('c4', 'archived_at = now()') || pg_temp.said($$ update public.subject_requests set archived_at = null where id = '00000000-0000-7000-8000-0000000000f1' $$) || pg_temp.change('c4', 'archived_at = null'), '11CD020 the patient has objected',
  'while it stands, nothing of that kind comes back from the archive [N-49 -]');
select is(pg_temp.record('c9', '01', 'research', '{"status": "active"}'), '23505 duplicate key value violates unique constraint "consents_organisation_id_patient_id_purpose_active_key"',
  'nobody consents twice to one text [N-45 -]');
select is(pg_temp.said($$ insert into public.consent_purpose_versions (purpose, version, description, is_material, takes_effect_at) values ('research', 2, 'another text', true, now() + interval '3 days') $$) || ' ' || pg_temp.stands('c1,c8'), '1 c1 v1 active recorded now until 3, c8 v1 active recorded now until 3',
  'a material change ends what was given to the text before it, when it takes effect [N-45 +]');
select is(pg_temp.record('cf', '01', 'insurer_disclosure') || ' ' || pg_temp.stands('cf') || pg_temp.said($$ insert into public.consent_purpose_versions (purpose, version, description, is_material, takes_effect_at) values ('insurer_disclosure', 2, 'another text', true, now() + interval '3 days'), ('insurer_disclosure', 3, 'a third text', true, now() + interval '5 days') $$) || pg_temp.change('cf', 'status = ''active''') || ' ' || pg_temp.stands('cf'), '1 cf v1 proposed21 cf v1 active recorded now until 3',
  'of two changes the first that takes effect [N-45 +]');
select is(pg_temp.said($$ insert into public.consent_purpose_versions (purpose, version, description, is_material) values ('scheduling', 2, 'another text', false) $$) || ' ' || pg_temp.stands('c2'), '1 c2 v1 active recorded now',
  'any other change ends nothing [N-45 -]');
select is(pg_temp.record('ca', '01', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}') || ' ' || pg_temp.stands('c2,ca'), '1 c2 v1 expired recorded now, ca v2 active recorded now',
  'what is given to the later text takes the place of what was given to the one before [N-45 +]');
select is((select c.status from public.consents as c where right(c.id::text, 4) = '00ce'), 'active',
  'of that patient alone [N-45 -]');
select is(pg_temp.record('cb', '03', 'marketing') || pg_temp.said($$ insert into public.consent_purpose_versions (purpose, version, description, is_material) values ('marketing', 2, 'another text', true) $$) || pg_temp.change('cb', 'status = ''active'''), '11CD005 the purpose has changed since this consent was proposed',
  'what was proposed before a material change is not given after it [N-45 -]');
select is(pg_temp.record('cc', '03', 'research', '{"status": "active", "expires_at": "2020-01-01"}') || pg_temp.record('cd', '03', 'research', '{"status": "active"}') || ' ' || pg_temp.stands('cc,cd'), '11 cc v2 expired recorded now, cd v2 active recorded now',
  'one whose time is over makes way for another [N-45 +]');
select is(pg_temp.record('d1', '01', 'ops_handoff', '{"status": "active", "break_glass_allowed": false}') || pg_temp.said($$ insert into public.consent_purpose_versions (purpose, version, description, is_material) values ('ops_handoff', 2, 'another text', false) $$) || pg_temp.record('d2', '01', 'ops_handoff', '{"status": "active", "legal_basis": "vital_interest"}'), '1123505 duplicate key value violates unique constraint "consents_organisation_id_patient_id_purpose_active_key"',
  'the clinics word does not end a patients that refuses emergency access [N-18 -]');
select is(pg_temp.record('d2', '01', 'ops_handoff', '{"status": "active"}') || ' ' || pg_temp.stands('d1,d2'), '1 d1 v1 expired recorded now, d2 v2 active recorded now',
  'the patients own does [N-18 +]');

select * from finish();
rollback;
