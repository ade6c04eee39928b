import { changes, probe, refused, sees } from '../probe.ts';
import { idOf } from '../world.ts';

export const s18 = probe('S-18', [
  changes(
    'doctor',
    'a case takes a step',
    `update public.cases set status = 'triage' where id = '${idOf('case', 'a', '02')}'`,
    1,
  ),
  sees(
    'doctor',
    'which is one entry more',
    `select count(*) from public.case_activity_log where entity_id = '${idOf('case', 'a', '02')}' and details ->> 'to' = 'triage'`,
    1,
  ),
  changes(
    'doctor',
    'a change that is none',
    `update public.cases set status = 'triage' where id = '${idOf('case', 'a', '02')}'`,
    1,
  ),
  sees(
    'doctor',
    'is none',
    `select count(*) from public.case_activity_log where entity_id = '${idOf('case', 'a', '02')}' and details ->> 'to' = 'triage'`,
    1,
  ),
  refused(
    'doctor',
    'a step that the workflow does not know is refused',
    `update public.cases set status = 'handed_off' where id = '${idOf('case', 'a', '02')}'`,
    'CD013',
  ),
]);
