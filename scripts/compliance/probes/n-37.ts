import { changes, probe, sees } from '../probe.ts';
import { CHAI, DOCTOR } from './subjects.ts';

export const n37 = probe(
  'N-37',
  [
    sees(
      undefined,
      'before anything happened the record is as long as it is',
      'select count(*) >= 0 from audit.security_events',
      true,
    ),
    changes(
      'doctor',
      'a glass is broken',
      `select public.open_emergency_access('${CHAI}', 'Unconscious on arrival, allergies unknown', 60)`,
      1,
    ),
    sees(
      undefined,
      'and that is a security event',
      `select count(*) > 0 from audit.security_events where actor_user_id = '${DOCTOR}'`,
      true,
    ),
  ],
  { needs: ['audit.security_events'] },
);
