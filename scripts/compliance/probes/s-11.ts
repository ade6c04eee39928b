import { apart, changes, given, probe, refused, sees } from '../probe.ts';
import { FOUND, GRANTED, PATH, STORED, stores, TICKET, through } from './stored.ts';

const REWRITES = `update storage.objects set version = '2' where bucket_id = 'patient-documents' and name = ${PATH}`;
const TAKES = `delete from storage.objects where bucket_id = 'patient-documents' and name = ${PATH}`;

export const s11 = probe(
  'S-11',
  [
    apart(
      ...GRANTED,
      refused(
        through('nurse', 'upload'),
        'a colleague does not upload on somebody’s grant',
        stores(),
        '42501',
      ),
      refused(through('doctorOfB', 'upload'), 'nor does another clinic', stores(), '42501'),
      refused('doctor', 'nor its holder by another way than an upload', stores(), '42501'),
      changes(through('doctor', 'upload'), 'control: its holder does', stores(), 1),
    ),
    ...STORED,
    given(TICKET, 'doctor'),
    sees(through('doctor', 'sign'), 'control: the holder of a ticket has it signed', FOUND, 1),
    sees(through('nurse', 'sign'), 'a colleague without one does not', FOUND, 0),
    sees(through('doctorOfB', 'sign'), 'nor does another clinic', FOUND, 0),
    sees('anon', 'nor anybody who is not signed in', FOUND, 0),
    refused('patient', 'patients have no way into Storage', FOUND, '42501'),
    refused('opsAgent', 'nor have operations', FOUND, '42501'),
    changes(through('doctor', 'sign'), 'nobody changes it, its uploader neither', REWRITES, 0),
    changes(through('doctor', 'delete'), 'nor takes it away', TAKES, 0),
    refused('service', 'nor changes it with the key of the server', REWRITES, '42501'),
    refused(through('service', 'delete'), 'nor takes it away with that', TAKES, '42501'),
  ],
  {
    needs: ['public.documents', 'storage.objects', 'authz.tg_objects__uploaded()'],
    outside:
      'a signed link is redeemed by Storage without asking a policy; the ticket behind it is what the database holds',
  },
);
