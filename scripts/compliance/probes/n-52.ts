import { schemasClosed } from '../../catalog/invariants/schemas-closed.ts';
import { apart, as, given, keeps, probe, refused, sees } from '../probe.ts';
import { DOCTOR } from './subjects.ts';

const DOCTORS_CLAIMS = JSON.stringify({
  sub: DOCTOR,
  session_id: DOCTOR.replace('-8000-', '-9000-'),
  role: 'authenticated',
});

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
    apart(
      given(`update authz.deployment_settings set restricted_reads_per_minute = 1`),
      given(
        `insert into authz.restricted_reads (user_id, read_at) values ('${DOCTOR}', array[clock_timestamp() - interval '1 second']) on conflict (user_id) do update set read_at = excluded.read_at`,
      ),
      refused(
        undefined,
        'more restricted reads in a minute than are allowed are refused',
        `select authz.count_restricted_read() from set_config('request.jwt.claims', '${DOCTORS_CLAIMS}', true)`,
        'CD041',
      ),
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
