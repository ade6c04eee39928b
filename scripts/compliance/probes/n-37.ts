import { changes, probe, refused, sees } from '../probe.ts';
import { CHAI, DOCTOR } from './subjects.ts';

/** Events about an act of the doctor, or about the doctor. */
const EVENTS = (kind: string) =>
  `select count(*) from audit.security_events where event_type = '${kind}' and '${DOCTOR}' in (actor_user_id::text, details ->> 'user_id')`;

export const n37 = probe(
  'N-37',
  [
    changes(
      'doctor',
      'a glass is broken',
      `select public.open_emergency_access('${CHAI}', 'Unconscious on arrival, allergies unknown', 60)`,
      1,
    ),
    sees(undefined, 'and that is a security event', EVENTS('emergency_access.opened'), 1),
    changes(
      'clinicAdmin',
      'a doctor is given another role',
      `update public.organisation_members set role = 'nurse' where user_id = '${DOCTOR}'`,
      1,
    ),
    sees(undefined, 'and so is that', EVENTS('membership.role_changed'), 1),
    refused(
      undefined,
      'nobody changes what was recorded, the owner included',
      `update audit.security_events set occurred_at = now() where actor_user_id = '${DOCTOR}'`,
      'CD014',
    ),
  ],
  { needs: ['audit.security_events'] },
);
