-- authz.tg_consents__project: carries the state of consents onto the rows they gate, in the same transaction, so that
-- the policy compares a column of the row itself (1.06 of no gate, measured) and a withdrawal bites at once.
create or replace function authz.tg_consents__project()
  returns trigger
  language plpgsql
  security definer
  set search_path = pg_catalog, pg_temp
as $$
begin
  -- An older snapshot would not show what was written meanwhile under the consent that is withdrawn here: it would stay open for good.
  if current_setting('transaction_isolation') <> 'read committed' then -- a query less for everybody else
    perform authz.require_read_committed();
  end if;
  -- What is new meets rows that are made at this moment at the patient; what changes meets them at the consent itself: see lock_chart.
  if tg_op = 'INSERT' then
    perform authz.lock_patient(new.organisation_id, new.patient_id);
  end if;
  -- What was never in force, or is to another purpose, opens and closes nothing of a chart, which is not written anew for it: of a thousand proposals,
  -- each row would be a thousand times.
  if new.purpose <> 'treatment' or (new.status <> 'active' and (tg_op = 'INSERT' or old.status <> 'active')) then
    perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
    return null;
  end if;
  update public.patient_clinical as p
     set treatment_consent_until = null -- computed by the row's own trigger, the one place that does
   where p.organisation_id = new.organisation_id
     and p.id = new.patient_id;
  -- Records before details: who archives a record, or supersedes it, holds it and goes on to its details. The latest version first: who protects it
  -- holds it and goes on to those before it.
  perform
  from public.medical_records as r
  where r.organisation_id = new.organisation_id
    and r.patient_id = new.patient_id
  order by r.version desc, r.id
  for no key update;
  update public.medical_records as r
     set treatment_consent_until = null
   where r.organisation_id = new.organisation_id
     and r.patient_id = new.patient_id;
  update public.medical_record_details as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  -- And with them the tickets to read what no longer opens.
  update public.documents as d
     set treatment_consent_until = null
   where d.organisation_id = new.organisation_id
     and d.patient_id = new.patient_id;
  perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose);
  return null;
end
$$;
comment on function authz.tg_consents__project() is
  'Keeps treatment_consent_until of what a consent gates equal to the consents of the patient, and jobs of transport companies free of who has withdrawn theirs; CD007 above READ COMMITTED. [N-24, N-45, N-50]';
alter function authz.tg_consents__project() owner to cordon_definer;
revoke all on function authz.tg_consents__project() from public;
