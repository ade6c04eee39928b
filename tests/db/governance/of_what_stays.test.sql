-- governance.of_what_stays: what is part of something that stays is not taken before it: a condition on t, or false where nothing is.
begin;
select plan(10);

create schema planted;
create table planted.whole (organisation_id uuid, id uuid, patient_id uuid, whole_id uuid, created_at timestamptz, updated_at timestamptz, primary key (organisation_id, id), unique (organisation_id, id, patient_id),
  foreign key (organisation_id, whole_id, patient_id) references planted.whole (organisation_id, id, patient_id));
create table planted.part (organisation_id uuid, id uuid primary key, whole_id uuid, patient_id uuid, created_at timestamptz, updated_at timestamptz,
  foreign key (organisation_id, whole_id, patient_id) references planted.whole (organisation_id, id, patient_id));
create table planted.nameless (organisation_id uuid, id uuid primary key, whole_id uuid, patient_id uuid, created_at timestamptz, updated_at timestamptz, foreign key (organisation_id, whole_id) references planted.whole (organisation_id, id));
create table planted.undated (organisation_id uuid, id uuid primary key, whole_id uuid, patient_id uuid, created_at timestamptz,
  foreign key (organisation_id, whole_id, patient_id) references planted.whole (organisation_id, id, patient_id));
create table planted.unruled (organisation_id uuid, id uuid primary key, whole_id uuid, patient_id uuid, created_at timestamptz, updated_at timestamptz,
  foreign key (organisation_id, whole_id, patient_id) references planted.whole (organisation_id, id, patient_id));
insert into governance.classification (schema_name, table_name, level, domain, retention) select 'planted', t, 'INTERNAL', 'clinical', 'chart' from unnest('{whole,part,nameless,undated}'::text[]) as t;
insert into governance.classification (schema_name, table_name, level, domain, retention) values ('planted', 'unruled', 'INTERNAL', 'clinical', 'general');

-- In whichever order the columns of a key come.
create function pg_temp.pieces(condition text) returns text[] language sql as $$
  select array_agg(p order by p) from regexp_split_to_table(replace(translate(condition, '()', ''), 'exists select', ' and exists select'), ' and | or | where ') as p
$$;
select is(pg_temp.pieces(governance.of_what_stays('planted.part')), pg_temp.pieces(
  'exists (select from planted.whole as x where x.organisation_id = t.organisation_id and x.id = t.whole_id and x.patient_id = t.patient_id and (greatest(x.created_at, x.updated_at) > $3 or '
  'exists (select from planted.whole as y where x.organisation_id = y.organisation_id and x.id = y.whole_id and x.patient_id = y.patient_id) or '
  'exists (select from planted.part as y where x.organisation_id = y.organisation_id and x.id = y.whole_id and x.patient_id = y.patient_id and greatest(y.created_at, y.updated_at) > $3) or '
  'exists (select from planted.nameless as y where x.organisation_id = y.organisation_id and x.id = y.whole_id) or '
  'exists (select from planted.undated as y where x.organisation_id = y.organisation_id and x.id = y.whole_id and x.patient_id = y.patient_id) or '
  'exists (select from planted.unruled as y where x.organisation_id = y.organisation_id and x.id = y.whole_id and x.patient_id = y.patient_id)))'),
  'a part stays while its whole does, or any other part of it that is younger, or anything else that refers to it [N-49 +]');
select is(governance.of_what_stays('planted.whole'), 'false', 'what is part of nothing waits for nothing: what refers to its own kind is no part [N-49 -]');
select is(governance.of_what_stays('planted.nameless'), 'false', 'nor is what names no patient with it [N-49 -]');
select is(governance.of_what_stays('planted.undated'), 'false', 'nor what does not say when it was changed [N-49 -]');
select is(governance.of_what_stays('planted.unruled'), 'false', 'nor what is kept for another time [N-49 -]');
update governance.classification set retention = 'general' where schema_name = 'planted' and table_name = 'whole';
select is(governance.of_what_stays('planted.part'), 'false', 'then nothing waits for it [N-49 -]');
select isnt(governance.of_what_stays('planted.unruled'), 'false', 'but what is kept as it is [N-49 +]');
delete from governance.classification where schema_name = 'planted';
select is(governance.of_what_stays('planted.unruled'), 'false', 'without a class, nothing is part of anything [N-49 -]');

select is((select string_agg(c.table_name, ' ' order by c.table_name) from governance.classification as c where to_regclass(format('%I.%I', c.schema_name, c.table_name)) is not null and governance.of_what_stays(format('%I.%I', c.schema_name, c.table_name)) <> 'false'),
  (select string_agg(t, ' ' order by t) from unnest('{admissions,appointment_reasons,appointments,care_relationships,cases,claims,consents,documents,emergency_access_reasons,invoice_lines,medical_record_details,medical_records,patient_accounts,payments,signed_form_evidence,transfers}'::text[]) as t),
  'of ours, these are parts [N-49 +]');
select is(pg_temp.pieces(governance.of_what_stays('public.medical_record_details')), pg_temp.pieces(
  'exists (select from public.medical_records as x where x.organisation_id = t.organisation_id and x.id = t.id and x.patient_id = t.patient_id and (greatest(x.created_at, x.updated_at) > $3 or '
  'exists (select from public.medical_records as y where x.organisation_id = y.organisation_id and x.patient_id = y.patient_id and x.id = y.supersedes_id) or '
  'exists (select from public.medical_record_details as y where x.organisation_id = y.organisation_id and x.id = y.id and x.patient_id = y.patient_id and greatest(y.created_at, y.updated_at) > $3)))'),
  'a diagnosis stays with its record, and with the version that superseded it [N-49 +]');

select * from finish();
rollback;
