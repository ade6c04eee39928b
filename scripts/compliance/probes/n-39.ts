import { given, probe, refused, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { ANA, CHAI, CHILD, DOCTOR } from './subjects.ts';

/** A record of the access log as the drain writes it; nobody verifies this one. */
const DISCLOSED = (patientId: string) => `insert into audit.access_log
    (occurred_at, id, lsn, key_id, statement_at, transaction_at, backend_pid, realm, user_id, organisation_id, table_name, operation, audit_level,
     outcome, address_source, row_id, patient_id, hmac)
  values
    (clock_timestamp(), gen_random_uuid(), '0/1', 1, now(), now(), 1, 'provider', '${DOCTOR}', '${CLINIC_A}', 'medical_records', 'SELECT', 'comprehensive',
     'disclosed', 'unknown', gen_random_uuid(), '${patientId}', sha256('probe'))`;
const ANOMALIES = `select count(*) from public.access_anomalies where kind = 'no_relationship' and user_id = '${DOCTOR}'`;

export const n39 = probe(
  'N-39',
  [
    given('select audit.create_access_month(clock_timestamp())'),
    given(DISCLOSED(ANA)),
    sees('privacyOfficer', 'who reads the chart of whom they treat is no anomaly', ANOMALIES, 0),
    given(DISCLOSED(CHAI)),
    sees(
      'privacyOfficer',
      'who reads the chart of whom they treat no more is told to the privacy officer',
      ANOMALIES,
      1,
    ),
    sees('doctor', 'and not to who did it', ANOMALIES, 0),
    sees(
      'patient',
      'a patient is told who saw their record',
      `select role || ' ' || records from public.who_saw_record('${ANA}')`,
      'doctor 1',
    ),
    refused(
      'patient',
      'and not who saw that of another',
      `select public.who_saw_record('${CHILD}')`,
      'CD010',
    ),
  ],
  { needs: ['audit.access_log', 'public.access_anomalies', 'public.who_saw_record()'] },
);
