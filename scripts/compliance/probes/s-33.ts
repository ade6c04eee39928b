import { changes, probe, refused, sees, surveys } from '../probe.ts';
import { SIGNED } from './subjects.ts';

export const s33 = probe('S-33', [
  refused(
    'patient',
    'what is signed is not signed again',
    `select public.sign_form('${SIGNED}', 'Ana Souza', 'financial_responsibility')`,
    'CD013',
  ),
  refused(
    'clinicAdmin',
    'nor terminated without a reason',
    `select public.terminate_form('${SIGNED}', '')`,
    'CD017',
  ),
  changes(
    'clinicAdmin',
    'with one it is',
    `select public.terminate_form('${SIGNED}', 'Signed for the wrong stay.')`,
    1,
  ),
  sees(
    undefined,
    'once and for all',
    `select status from public.signed_forms where id = '${SIGNED}'`,
    'terminated',
  ),
  refused(
    'patient',
    'and never signed again',
    `select public.sign_form('${SIGNED}', 'Ana Souza', 'financial_responsibility')`,
    'CD013',
  ),
  surveys(
    'of the end of a form one record was written, and of one in force none',
    `select concat_ws(' ', 'public.signed_forms', f.organisation_id, f.id) as object,
            case when count(e.id) > 1 then 'ended more than once, by its records'
              when f.status <> 'terminated' and count(e.id) > 0 then 'has a record of its end, and is in force' end as problem
     from public.signed_forms as f
     left join audit.security_events as e
       on e.organisation_id = f.organisation_id and e.entity_id = f.id and e.event_type = 'signed_form.terminated'
     group by f.organisation_id, f.id, f.status`,
  ),
]);
