import { probe, sees, surveys } from '../probe.ts';

export const n46 = probe('N-46', [
  surveys(
    'no realm writes a whole table, and reads of columns are granted',
    `select c.relname::text as object, case when has_table_privilege('anon', c.oid, 'select') and not exists (select from governance.classification as k where k.schema_name = 'public' and k.table_name = c.relname and k.level = 'PUBLIC') then 'is read by anon and is not public' end as problem from pg_class as c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`,
  ),
  sees(
    'nurse',
    'a nurse gets no diagnosis with the vitals',
    `select count(diagnosis) from public.medical_record_overview`,
    0,
  ),
  sees(
    'receptionist',
    'reception no allergies with the name',
    'select count(allergies) from public.patient_profiles',
    0,
  ),
  sees(
    'dispatcherOfC',
    'a transport company a packet without a name',
    'select count(patient_name) from public.transfer_job_details',
    0,
  ),
]);
