import { probe, refused, sees, surveys } from '../probe.ts';

export const n17 = probe('N-17', [
  surveys(
    'every level is one of the five',
    `select schema_name || '.' || table_name as object, case when not level = any ('{PUBLIC,INTERNAL,CONFIDENTIAL,RESTRICTED,HIGHLY_RESTRICTED}') then 'has another level' end as problem from governance.classification`,
  ),
  sees(
    'anon',
    'nobody signed in sees what is public',
    'select count(*) > 0 from public.organisation_directory',
    true,
  ),
  sees(
    'anon',
    'what the texts are called that are signed, too',
    'select count(title) > 0 from public.form_templates',
    true,
  ),
  sees(
    'anon',
    'and what a consent can be about',
    `select count(description) > 0 from public.consent_purposes where purpose = 'treatment'`,
    true,
  ),
  refused('anon', 'but not what they say', 'select body from public.form_templates', '42501'),
  sees(
    'receptionist',
    'reception what is internal, of clinical things',
    'select count(*) > 0 from public.appointments',
    true,
  ),
  sees('receptionist', 'and not what is confidential', 'select count(*) from public.patient_clinical', 0),
  sees(
    'assistant',
    'an assistant what is confidential',
    'select count(*) > 0 from public.appointment_reasons',
    true,
  ),
  sees('assistant', 'and not what is restricted', 'select count(*) from public.medical_records', 0),
  sees('nurse', 'a nurse what is restricted', 'select count(*) > 0 from public.medical_records', true),
  sees('nurse', 'and not what is highly restricted', 'select count(*) from public.medical_record_details', 0),
  sees('doctor', 'a doctor all of it', 'select count(*) > 0 from public.medical_record_details', true),
]);
