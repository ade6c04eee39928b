-- authz.tg_consents__version: which text a consent is to, how and on which ground it is recorded, and what it takes the place of.
begin;
select plan(52);

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
create function pg_temp.new(id text, purpose text, more jsonb default '{}', patient text default '02') returns text language sql as $$
  select format('insert into public.consents (%s) select %1$s from jsonb_populate_record(null::public.consents, %L)', string_agg(quote_ident(k.key), ', '), jsonb_object_agg(k.key, k.value))
    from jsonb_each(jsonb_build_object('organisation_id', 'a0000000-0000-7000-8000-000000000001', 'id', '00000000-0000-7000-8000-0000000000' || id, 'patient_id', 'a3000000-0000-7000-8000-0000000000' || patient, 'purpose', purpose) || more) as k
$$;
create function pg_temp.set(id text, what text, clinic text default 'a') returns text language sql as $$
  select format('update public.consents set %s where organisation_id::text like %L and id = ''00000000-0000-7000-8000-0000000000%s''', what, clinic || '%', id)
$$;
create function pg_temp.objects(status text default 'received', clinic text default 'a') returns text[] language sql as $$
  select array['raw subject_requests', format('insert into public.subject_requests (organisation_id, id, patient_id, kind, status, refusal_basis, resolved_at) values (''%s0000000-0000-7000-8000-000000000001'', ''00000000-0000-7000-8000-0000000000f2'', ''a3000000-0000-7000-8000-000000000002'', ''objection'', %L, %L, %s)', clinic, status,
    case status when 'refused' then 'It does not stand' end,    case status when 'refused' then 'now()' else 'null' end)]
$$;
create function pg_temp.at(moment timestamptz) returns text language sql as $$
  select format('create or replace function authz.now() returns timestamptz language sql stable set search_path = pg_catalog, pg_temp as %L', format('select %L::timestamptz', moment))
$$;
create function pg_temp.is_now(ids text) returns text language sql as $$
  select format('(select string_agg(concat_ws('' '', left(c.organisation_id::text, 1), right(c.id::text, 2), c.status, case when c.archived_at is not null then ''away'' end), '', '' order by c.organisation_id, c.id) from public.consents as c where c.id::text like ''00000000-%%'' and right(c.id::text, 2) = any (string_to_array(%L, '','')))', ids)
$$;
-- Nothing of what was asked above stands in the way: another patient of the other clinic has the id, and what they say is theirs.
delete from public.subject_requests where id = '00000000-0000-7000-8000-0000000000f1';
alter table public.consents disable trigger user;
update public.consents set status = 'entered_in_error', withdrawn_at = null where organisation_id = 'a0000000-0000-7000-8000-000000000001' and patient_id = 'a3000000-0000-7000-8000-000000000002';
alter table public.consents enable trigger user;
set local app.pinned_organisation_id = 'b0000000-0000-7000-8000-000000000001';
insert into public.patients (organisation_id, id, mrn, full_name) values ('b0000000-0000-7000-8000-000000000001', 'a3000000-0000-7000-8000-000000000002', 'SAME-ID', 'Same Id');
set local app.pinned_organisation_id = 'a0000000-0000-7000-8000-000000000001';
select is(pg_temp.after(pg_temp.is_now('a1'), variadic pg_temp.objects() || pg_temp.new('a1', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}')), 'CD020 the patient has objected',
  'who objects is heard [N-49 -]');
select is(pg_temp.after(pg_temp.is_now('a1'), variadic pg_temp.objects('refused') || pg_temp.new('a1', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}')), 'a a1 active',
  'an objection that was refused bars nothing [N-49 +]');
select is(pg_temp.after(pg_temp.is_now('a1'), variadic pg_temp.objects(clinic => 'b') || pg_temp.new('a1', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}')), 'a a1 active',
  'nor does one at another clinic [S-05 N-49 +]');
select is(pg_temp.after(pg_temp.is_now('a1'), variadic array[pg_temp.new('a1', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}')] || pg_temp.objects() || pg_temp.set('a1', 'status = status')), 'a a1 active',
  'what was in force before they objected goes on until that is answered [N-49 +]');
select is(pg_temp.after(pg_temp.is_now('a1'), variadic array[pg_temp.new('a1', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}')] || pg_temp.objects() || pg_temp.set('a1', 'archived_at = now()')), 'a a1 active away',
  'and may be put away [N-49 +]');
select is(pg_temp.after(pg_temp.is_now('a1'), variadic array[pg_temp.new('a1', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}'), pg_temp.set('a1', 'archived_at = now()')] || pg_temp.objects() || pg_temp.set('a1', 'status = status')), 'a a1 active away',
  'and written to there [N-49 +]');
select is(pg_temp.after(pg_temp.is_now('a1'), variadic array[pg_temp.new('a1', 'scheduling', '{"legal_basis": "health_protection"}'), pg_temp.set('a1', 'archived_at = now()')] || pg_temp.objects() || pg_temp.set('a1', 'archived_at = null')), 'a a1 proposed',
  'what was only proposed comes back: it opens nothing [N-49 +]');
select is(pg_temp.after(pg_temp.is_now('a1'), variadic array[pg_temp.new('a1', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}'), pg_temp.set('a1', 'archived_at = now()'), 'update public.consent_purposes set allowed_bases = ''{consent}'' where purpose = ''scheduling''', pg_temp.set('a1', 'archived_at = null')]), 'CD020 the law does not open this purpose on this basis',
  'what the law has closed meanwhile does not come back [N-48 -]');
select is(pg_temp.after(pg_temp.is_now('a1'), pg_temp.new('a1', 'scheduling', '{"status": "active", "legal_basis": "health_protection"}'), pg_temp.set('a1', 'archived_at = now()'), pg_temp.set('a1', 'archived_at = null')), 'a a1 active',
  'what it opens does [N-48 +]');
select is(pg_temp.after(pg_temp.is_now('a1'), 'alter table public.organisations disable trigger user', 'update public.organisations set archived_at = now() where id = ''a0000000-0000-7000-8000-000000000001''', pg_temp.new('a1', 'research', '{"status": "active"}')), 'a a1 active',
  'of a clinic that is closed the server records what it is told [N-45 +]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), 'raw consents', pg_temp.new('a1', 'transfer_disclosure', jsonb_build_object('status', 'active', 'expires_at', now() - interval '1 hour')), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active"}')), 'a a1 expired, a a2 active',
  'a consent takes the place of one whose time is over [N-45 +]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), 'raw consents', pg_temp.new('a1', 'transfer_disclosure', jsonb_build_object('status', 'active', 'expires_at', now() + interval '1 hour')), pg_temp.at(now() + interval '1 hour'), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active"}')), 'a a1 expired, a a2 active',
  'to the moment [N-45 +]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), 'raw consents', pg_temp.new('a1', 'transfer_disclosure', jsonb_build_object('status', 'active', 'expires_at', now() + interval '1 hour')), pg_temp.at(now() + interval '59 minutes'), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active"}')), '23505 duplicate key value violates unique constraint "consents_organisation_id_patient_id_purpose_active_key"',
  'and not before [N-45 -]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), 'raw consents', pg_temp.new('a1', 'data_view', jsonb_build_object('status', 'active', 'expires_at', now() - interval '1 hour')), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active"}')), 'a a1 active, a a2 active',
  'nor of one to something else [N-45 -]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), 'raw consents', replace(pg_temp.new('a1', 'transfer_disclosure', jsonb_build_object('status', 'active', 'expires_at', now() - interval '1 hour')), 'a0000000-', 'b0000000-'), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active"}')), 'a a2 active, b a1 active',
  'nor of one at another clinic [S-05 N-45 -]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), 'raw consents', pg_temp.new('a1', 'transfer_disclosure', jsonb_build_object('status', 'active', 'expires_at', now() - interval '1 hour'), '03'), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active"}')), 'a a1 active, a a2 active',
  'nor of another patient''s [N-45 -]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), pg_temp.new('a1', 'transfer_disclosure', jsonb_build_object('expires_at', now() - interval '1 hour')), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active"}')), 'a a1 proposed, a a2 active',
  'nor of what was only proposed [N-45 -]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), 'raw consents', pg_temp.new('a1', 'transfer_disclosure', jsonb_build_object('status', 'active', 'expires_at', now() - interval '1 hour', 'archived_at', now())), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active"}')), 'a a1 active away, a a2 active',
  'nor of what was put away [N-45 -]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), pg_temp.new('a1', 'transfer_disclosure', '{"status": "active", "legal_basis": "health_protection"}'), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active"}')), 'a a1 expired, a a2 active',
  'what the patient says takes the place of what the clinic relied on [N-48 +]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), pg_temp.new('a1', 'transfer_disclosure', '{"status": "active"}'), pg_temp.new('a2', 'transfer_disclosure', '{"status": "active", "legal_basis": "health_protection"}')), '23505 duplicate key value violates unique constraint "consents_organisation_id_patient_id_purpose_active_key"',
  'and not the other way round [N-48 -]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), 'raw consents', pg_temp.new('a1', 'treatment', jsonb_build_object('status', 'active', 'expires_at', now() - interval '1 hour', 'break_glass_allowed', false)), pg_temp.new('a2', 'treatment', '{"status": "active", "legal_basis": "health_protection"}')), 'a a1 expired, a a2 active',
  'a refusal of emergency access whose time is over makes room for another basis [N-48 +]');
select is(pg_temp.after(pg_temp.is_now('a1,a2'), 'raw consents', pg_temp.new('a1', 'research', jsonb_build_object('status', 'active', 'break_glass_allowed', false)), pg_temp.new('a2', 'research', '{"status": "active", "legal_basis": "legal_obligation"}')), '23505 duplicate key value violates unique constraint "consents_organisation_id_patient_id_purpose_active_key"',
  'one that holds does not [N-48 -]');
select is(pg_temp.after(pg_temp.is_now('a1'), pg_temp.new('a1', 'data_view'), format('insert into public.consent_purpose_versions (purpose, version, description, is_material, takes_effect_at) values (''data_view'', 2, ''another text'', true, %L)', now() + interval '3 days'), pg_temp.at(now() + interval '3 days'), pg_temp.set('a1', 'status = ''active''')), 'CD005 the purpose has changed since this consent was proposed',
  'nobody consents to a text from the moment on that another takes its place [N-45 -]');
select is(pg_temp.after(pg_temp.is_now('a1'), pg_temp.new('a1', 'data_view'), format('insert into public.consent_purpose_versions (purpose, version, description, is_material, takes_effect_at) values (''data_view'', 2, ''another text'', true, %L)', now() + interval '3 days'), pg_temp.at(now() + interval '2 days'), pg_temp.set('a1', 'status = ''active''')), 'a a1 active',
  'until then they do [N-45 +]');

select * from finish();
rollback;
