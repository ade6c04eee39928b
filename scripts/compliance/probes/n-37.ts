import { changes, given, probe, refused, sees, surveys } from '../probe.ts';
import { CLINIC_A, NOBODY } from '../world.ts';
import { CHAI, DOCTOR } from './subjects.ts';

/** Events about an act of the doctor, or about the doctor. */
const EVENTS = (kind: string) =>
  `select count(*) from audit.security_events where event_type = '${kind}' and '${DOCTOR}' in (actor_user_id::text, details ->> 'user_id')`;

const REPORTED = NOBODY;

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
    given(
      `insert into public.security_incidents (organisation_id, id, summary) values ('${CLINIC_A}', '${REPORTED}', 'A laptop was lost.')`,
    ),
    refused(
      'privacyOfficer',
      'an incident is dismissed for a reason alone',
      `update public.security_incidents set status = 'dismissed' where id = '${REPORTED}'`,
      'CD020',
    ),
    surveys(
      'of each incident authority and people were told in time, or it says why not',
      `select concat_ws(' ', 'public.security_incidents', i.organisation_id, i.id) as object,
         case when i.status = 'open' then 'is past its notice: nobody was told'
           when i.subjects_notified_at is null and i.subjects_not_told_reason is null then 'is past its notice: the people were not told' end as problem
       from (select) as one
       left join public.security_incidents as i on i.notify_by <= clock_timestamp() and i.status in ('open', 'notified') and i.archived_at is null`,
    ),
  ],
  { needs: ['audit.security_events'] },
);
