import { probe, refused, sees } from '../probe.ts';
import { idOf } from '../world.ts';
import { FREE_BED } from './subjects.ts';

export const s17 = probe('S-17', [
  sees(
    'nurse',
    'a flip is stamped with who made it',
    `update public.beds set status = 'closed' where id = '${FREE_BED}' returning last_status_change_by_user_id`,
    idOf('staff', 'a', '03'),
  ),
  sees(
    'doctor',
    'another label is none, and leaves the stamp',
    `update public.beds set label = 'Bed 1' where id = '${FREE_BED}' returning last_status_change_by_user_id`,
    idOf('staff', 'a', '03'),
  ),
  refused(
    'nurse',
    'nobody names the stamp',
    `update public.beds set last_status_change_at = now() where id = '${FREE_BED}'`,
    '42501',
  ),
]);
