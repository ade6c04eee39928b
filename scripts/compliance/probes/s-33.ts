import { changes, probe, refused, sees } from '../probe.ts';
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
]);
