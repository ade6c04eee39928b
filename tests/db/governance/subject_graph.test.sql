-- governance.subject_graph: every table that holds rows of a patient, and how to find them, however it spells what it names.
begin;
select plan(11);

create schema planted;
create table planted.notes (
  organisation_id uuid not null, id uuid not null, patient_id uuid, other_patient_id uuid, note_id uuid, gone uuid not null, primary key (organisation_id, id),
  foreign key (organisation_id, patient_id) references public.patients (organisation_id, id), foreign key (organisation_id, other_patient_id) references public.patients (organisation_id, id),
  foreign key (organisation_id, note_id) references planted.notes (organisation_id, id)
);
alter table planted.notes drop column gone;
create table planted.lines (clinic uuid not null, id uuid primary key, note_id uuid not null, organisation_id uuid, foreign key (clinic, note_id) references planted.notes (organisation_id, id));
alter table planted.lines drop column organisation_id;
create table planted.stays (
  organisation_id uuid not null, id uuid not null, whom uuid not null, case_id uuid, primary key (organisation_id, id),
  foreign key (organisation_id, case_id, whom) references public.cases (organisation_id, id, patient_id)
);
create table planted.bills (
  organisation_id uuid not null, id uuid not null, whom uuid, invoice_id uuid, primary key (organisation_id, id),
  foreign key (organisation_id, whom) references public.patients (organisation_id, id), foreign key (organisation_id, invoice_id) references public.invoices (organisation_id, id)
);
create table planted.parted (
  organisation_id uuid not null, id uuid not null, patient_id uuid not null, foreign key (organisation_id, patient_id) references public.patients (organisation_id, id)
) partition by list (organisation_id);
create table planted.part partition of planted.parted default;
create table planted.plain (id uuid primary key, line uuid references planted.lines (id));
create table planted.clinics (id uuid primary key, organisation_id uuid references public.organisations (id));
create table planted.checked (id uuid primary key, patient_id uuid unique check (patient_id is not null));

create function pg_temp.graph(name text) returns text language sql as $$
  select g.condition || ', via ' || g.via from governance.subject_graph() as g where g.relation = name
$$;
select is(pg_temp.graph('planted.notes'), 't.other_patient_id = $2 or t.patient_id = $2, via public.patients', 'where two columns name patients, each is asked; what points at itself adds nothing [N-49 +]');
select is(pg_temp.graph('planted.lines'),
  't.clinic = $1 and ((t.clinic, t.note_id) in (select t.organisation_id, t.id from planted.notes as t where t.organisation_id = $1 and (t.other_patient_id = $2 or t.patient_id = $2))), via planted.notes',
  'what names no patient is found by what it hangs on, and its organisation by the name that it has there [N-49 +]');
select is(pg_temp.graph('planted.stays'), 't.whom = $2, via public.cases', 'a key that carries the patient is asked by that column, whatever it is called [N-49 +]');
select is(pg_temp.graph('planted.bills'),
  't.whom = $2 or (t.organisation_id, t.invoice_id) in (select t.organisation_id, t.id from public.invoices as t where t.organisation_id = $1 and (t.patient_id = $2)), via public.patients',
  'where that may be NULL, by the other keys too [N-49 +]');
select is(pg_temp.graph('planted.parted'), 't.patient_id = $2, via public.patients', 'a partitioned table is asked as a whole [N-49 +]');
select is(pg_temp.graph('planted.part'), null, 'and none of its parts beside it [N-49 -]');
select is(pg_temp.graph('planted.plain'),
  '(t.line) in (select t.id from planted.lines as t where (t.clinic = $1 and ((t.clinic, t.note_id) in (select t.organisation_id, t.id from planted.notes as t where t.organisation_id = $1 and (t.other_patient_id = $2 or t.patient_id = $2))))), via planted.lines',
  'what names neither is found by both [N-49 +]');
select is(coalesce(pg_temp.graph('planted.clinics'), pg_temp.graph('planted.checked')), null, 'what only names an organisation, or a patient by no key, holds no rows of anybody [N-49 -]');

select results_eq(
  $$ select g.relation, g.via from governance.subject_graph() as g where g.relation not like 'planted.%' $$,
  $$ values ('public.patients', ''), ('audit.access_log', 'public.patients'), ('audit.security_events', 'public.patients'), ('public.access_restrictions', 'public.patients'),
    ('public.admissions', 'public.patients'), ('public.appointments', 'public.patients'), ('public.care_relationships', 'public.patients'), ('public.cases', 'public.patients'),
    ('public.consents', 'public.patients'), ('public.disclosures', 'public.patients'), ('public.document_read_tickets', 'public.patients'), ('public.documents', 'public.patients'),
    ('public.emergency_access_grants', 'public.patients'), ('public.legal_holds', 'public.patients'), ('public.medical_records', 'public.patients'), ('public.patient_accounts', 'public.patients'),
    ('public.patient_clinical', 'public.patients'), ('public.patient_identity', 'public.patients'), ('public.subject_requests', 'public.patients'), ('public.appointment_reasons', 'public.appointments'),
    ('public.case_activity_log', 'public.admissions'), ('public.claims', 'public.cases'), ('public.document_upload_grants', 'public.documents'),
    ('public.emergency_access_reasons', 'public.emergency_access_grants'), ('public.guarantees_of_payment', 'public.cases'), ('public.invoices', 'public.cases'),
    ('public.medical_record_details', 'public.medical_records'), ('public.signed_forms', 'public.cases'), ('public.subject_request_evidence', 'public.subject_requests'),
    ('public.transfers', 'public.admissions'), ('public.invoice_lines', 'public.invoices'), ('public.payments', 'public.invoices'), ('public.signed_form_evidence', 'public.signed_forms') $$,
  'of ours, parents come before what hangs on them [N-49 +]'
);
select is((select string_agg(g.relation || ' ' || g.condition, '; ') from governance.subject_graph() as g
  where g.relation not like 'planted.%' and g.relation not in ('audit.security_events', 'public.case_activity_log') and g.condition <> 't.patient_id = $2'),
  'public.patients t.id = $2; public.patient_clinical t.id = $2; public.patient_identity t.id = $2', 'all but the events are asked for the patient whom they name [N-49 +]');
select is((select string_agg(m[1], ' ' order by g.relation, place) from governance.subject_graph() as g, regexp_matches(g.condition, '(entity_id|case_id)\) in \(select t.organisation_id, t.id from public.(\w+)', 'g') with ordinality as m (m, place)
  where g.relation in ('audit.security_events', 'public.case_activity_log')),
  'entity_id entity_id entity_id entity_id entity_id entity_id entity_id entity_id entity_id entity_id case_id entity_id entity_id entity_id entity_id entity_id',
  'an event is of whoever is what it is about, or whose case [N-49 +]');

select * from finish();
rollback;
