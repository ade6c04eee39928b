import { apart, changes, given, probe, refused, sees } from '../probe.ts';
import { GRANTED, PATH, stores } from './stored.ts';
import { ANA, RECEPTIONIST } from './subjects.ts';

export const s08 = probe(
  'S-08',
  [
    refused(
      'service',
      'without a grant nothing comes into the bucket, by the key of the server neither',
      stores(`'${ANA}/a.pdf'`),
      '42501',
    ),
    ...GRANTED,
    refused('service', 'nor for another login than it was given to', stores(PATH, RECEPTIONIST), '42501'),
    refused('service', 'nor a file of another size', stores(PATH, undefined, 5), '42501'),
    apart(
      given(
        `update public.document_upload_grants set expires_at = clock_timestamp() where patient_id = '${ANA}'`,
      ),
      refused('service', 'nor once it has expired', stores(), '42501'),
    ),
    changes('service', 'control: on the grant the file comes', stores(), 1),
    sees(
      undefined,
      'and the grant is used up',
      `select count(*) from public.document_upload_grants where patient_id = '${ANA}' and used_at is not null`,
      1,
    ),
    refused(
      'service',
      'a second file does not take its place',
      `update storage.objects set version = '2' where bucket_id = 'patient-documents' and name = ${PATH}`,
      '42501',
    ),
    refused('service', 'nor does it come a second time', stores(), '42501', '23505'),
    refused(
      'signedOut',
      'who is signed out is granted nothing',
      `select public.issue_upload_grant('${ANA}', 'report', 'probe.pdf')`,
      '42501',
    ),
  ],
  { needs: ['public.document_upload_grants', 'public.issue_upload_grant()'] },
);
