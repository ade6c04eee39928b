import { noCredentials } from '../../catalog/invariants/no-credentials.ts';
import { changes, keeps, probe, refused, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';

export const s10 = probe(
  'S-10',
  [
    ...keeps(noCredentials),
    sees(undefined, 'no bucket is public', 'select count(*) from storage.buckets where public', 0),
    refused(
      'receptionist',
      'a link that opens by itself is not stored',
      `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', 'PROBE-3', 'https://files.invalid/storage/v1/object/public/a.pdf')`,
      'CD016',
    ),
    changes(
      'receptionist',
      'control: a name is',
      `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', 'PROBE-3', 'New Patient')`,
      1,
    ),
  ],
  { needs: ['storage.buckets'] },
);
