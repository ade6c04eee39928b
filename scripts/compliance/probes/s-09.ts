import { changes, given, probe, refused, sees } from '../probe.ts';
import { FOUND, STORED, TICKET, through } from './stored.ts';
import { ANA, DOCTOR } from './subjects.ts';

export const s09 = probe(
  'S-09',
  [
    ...STORED,
    sees(through('doctor', 'sign'), 'without a ticket nothing is signed', FOUND, 0),
    refused('receptionist', 'whom the rules show no document gets no ticket', TICKET, 'CD010'),
    changes('doctor', 'who treats takes one', TICKET, 1),
    sees(
      undefined,
      'it lives for sixty seconds',
      `select round(extract(epoch from expires_at - created_at))::integer from public.document_read_tickets where patient_id = '${ANA}'`,
      60,
    ),
    sees(
      undefined,
      'its row is the record of the read: who, what and when',
      `select count(*) from public.document_read_tickets where patient_id = '${ANA}' and user_id = '${DOCTOR}' and document_id is not null and created_at is not null`,
      1,
    ),
    sees(through('doctor', 'sign'), 'with it the file is signed', FOUND, 1),
    sees(through('doctor', 'get_authenticated'), 'and not read without a signature', FOUND, 0),
    given(
      `update public.document_read_tickets set expires_at = expires_at - interval '60 seconds' where patient_id = '${ANA}'`,
    ),
    sees(through('doctor', 'sign'), 'once the seconds are over nothing is signed', FOUND, 0),
  ],
  {
    needs: ['public.document_read_tickets', 'public.issue_read_ticket()', 'public.redeem_read_ticket()'],
    outside:
      'the life of the signed link itself is set where it is minted, on the server; the database gives the ticket for it',
  },
);
