import { changes, probe, refused, sees } from '../probe.ts';
import { DRAFT, SIGNED, signs } from './subjects.ts';

export const s31 = probe('S-31', [
  changes('patient', 'a patient signs', signs(DRAFT), 1),
  sees(
    undefined,
    'name and the moment of the server stand on the form',
    `select typed_name = 'Ana Souza' and signed_at between now() and clock_timestamp() from public.signed_forms where id = '${DRAFT}'`,
    true,
  ),
  sees(
    undefined,
    'address and user agent beside it',
    `select concat_ws(' ', host(signed_ip), ip_source, user_agent) from public.signed_form_evidence where id = '${DRAFT}'`,
    '192.0.2.10 edge cordon compliance',
  ),
  refused(
    'patient',
    'a name that is none signs nothing',
    `select public.sign_form('${SIGNED}', '  ', 'consent')`,
    'CD017',
    'CD013',
  ),
]);
