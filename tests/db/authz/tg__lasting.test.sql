-- authz.tg__lasting: in every table a row keeps its id, and whose it is, whoever writes: what points at it, and what was recorded of it, stays true.
begin;

-- Written down here, and not read off the triggers: a table without one would be left out here too.
create temporary table lasting (relation regclass, keys text[]);
insert into lasting
select relation::regclass, keys::text[] from (values
  ('public.access_restrictions', '{id,patient_id}'), ('public.admissions', '{id,patient_id}'), ('public.agreements', '{id}'),
  ('public.appointment_reasons', '{id,patient_id}'), ('public.appointments', '{id,patient_id}'), ('public.beds', '{id}'),
  ('public.care_relationships', '{id,patient_id}'), ('public.cases', '{id,patient_id}'), ('public.claims', '{id,patient_id}'),
  ('public.consents', '{id,patient_id}'), ('public.crew_members', '{id,user_id}'), ('public.document_read_tickets', '{id,patient_id}'),
  ('public.document_upload_grants', '{id,patient_id}'), ('public.documents', '{id,patient_id}'), ('public.emergency_access_grants', '{id,patient_id}'),
  ('public.emergency_access_reasons', '{id,patient_id}'), ('public.guarantees_of_payment', '{id,patient_id}'), ('public.invitations', '{id}'),
  ('public.invoice_lines', '{id,patient_id}'), ('public.invoices', '{id,patient_id}'), ('public.legal_holds', '{id,patient_id}'),
  ('public.medical_record_details', '{id,patient_id}'), ('public.medical_records', '{id,patient_id}'), ('public.organisation_members', '{id}'),
  ('public.organisation_networks', '{id}'), ('public.patient_accounts', '{id}'), ('public.patient_clinical', '{id}'), ('public.patient_identity', '{id}'),
  ('public.patients', '{id}'), ('public.payments', '{id,patient_id}'), ('public.professionals', '{id,user_id}'), ('public.retention_extensions', '{id}'),
  ('public.security_incidents', '{id}'), ('public.signed_forms', '{id,patient_id}'), ('public.subject_request_evidence', '{id,patient_id}'),
  ('public.subject_requests', '{id,patient_id}'), ('public.transfer_job_patients', '{id}'), ('public.transfer_jobs', '{id}'),
  ('public.transfers', '{id,patient_id}'), ('public.vehicle_assignments', '{id}'), ('public.vehicles', '{id}')
) as l (relation, keys);
-- Some are kept by a rule of their own before: it refuses in its words, or puts back what stood there.
create temporary table kept_before (relation regclass, said text);
insert into kept_before values
  ('public.access_restrictions', 'CD014 whose this row is cannot change'),
  ('public.care_relationships', 'CD014 whose this row is cannot change'),
  ('public.cases', 'CD014 whose this row is cannot change'),
  ('public.consents', 'CD005 the terms of a consent never change'),
  ('public.legal_holds', '1 written'),
  ('public.subject_requests', '1 written');
-- One row is given another key; without that the same statement leaves it as it is.
create function pg_temp.written(relation regclass, key text, value text) returns text language plpgsql as $$
declare
  v_rows integer;
  v_message text;
begin
  execute format('select set_config(''app.pinned_organisation_id'', (select organisation_id::text from %s as r order by r::text limit 1), true)', relation);
  execute format('update %1$s set %2$I = %3$s where ctid = (select r.ctid from %1$s as r order by r::text limit 1)', relation, key, value);
  get diagnostics v_rows = row_count;
  return v_rows || ' written';
exception
  when others then
    get stacked diagnostics v_message = message_text;
    return sqlstate || ' ' || v_message;
end
$$;

select plan(136);
select is(pg_temp.written(l.relation, k.name, '''00000000-0000-7000-8000-00000000fade'''), coalesce(b.said, format('CD014 a row of %s stays what it is, and whose', split_part(l.relation::text, '.', -1))),
  format('%s.%s is kept [N-37 -, S-16 -]', l.relation, k.name))
from lasting as l
cross join unnest(l.keys) as k (name)
left join kept_before as b on b.relation = l.relation and k.name = 'patient_id';
select is_empty($$ select from public.legal_holds where patient_id = '00000000-0000-7000-8000-00000000fade' $$, 'whom a hold is about stays, though nothing is refused [N-37 -]');
select is_empty($$ select from public.subject_requests where patient_id = '00000000-0000-7000-8000-00000000fade' $$, 'and whom a request is about [N-37 -]');
select is(pg_temp.written(l.relation, k.name, quote_ident(k.name)), '1 written', format('the same row of %s is written with the %s that it has [N-37 +, S-16 +]', l.relation, k.name))
from lasting as l, unnest(l.keys) as k (name);

select * from finish();
rollback;
