import { schemasClosed } from '../../catalog/invariants/schemas-closed.ts';
import { apart, as, given, keeps, probe, refused, sees } from '../probe.ts';
import { NOBODY } from '../world.ts';
import { DOCTOR, RECORD } from './subjects.ts';

const READ = `select public.read_medical_record('${RECORD}', 'treatment', 'What is asked of the rate of reads') is not null`;
/** Of no document: the ticket is counted before anything is looked for. */
const TICKET = `select public.issue_read_ticket('${NOBODY}')`;

export const n52 = probe(
  'N-52',
  [
    refused(
      as('doctor', { headers: { 'x-organisation-id': 'no uuid' } }),
      'a malformed header is refused',
      'select public.pre_request()',
      'CD002',
    ),
    refused(
      as('doctor', { claims: { sub: 'no uuid' } }),
      'a malformed token is refused',
      'select public.pre_request()',
      'CD001',
    ),
    sees('doctor', 'control: a record is handed out', READ, true),
    refused('doctor', 'control: a ticket is asked for', TICKET, 'CD010'),
    apart(
      given(`update authz.deployment_settings set restricted_reads_per_minute = 1`),
      given(
        `insert into authz.restricted_reads (user_id, read_at) values ('${DOCTOR}', array[clock_timestamp() - interval '1 second']) on conflict (user_id) do update set read_at = excluded.read_at`,
      ),
      refused(
        'doctor',
        'one record more in a minute than may be handed out one by one is refused',
        READ,
        'CD041',
      ),
      refused('doctor', 'one document more is, too', TICKET, 'CD041'),
    ),
    sees(
      undefined,
      'a limit is set',
      'select restricted_reads_per_minute between 1 and 600 from authz.deployment_settings',
      true,
    ),
    ...keeps(schemasClosed),
  ],
  { outside: 'TLS, encrypted disks and the store of keys belong to the platform' },
);
