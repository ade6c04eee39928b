import { changes, probe, refused } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { CARD, ISSUED } from './subjects.ts';

export const s37 = probe('S-37', [
  refused(
    'receptionist',
    'a card number is refused wherever it is typed',
    `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', 'PROBE-6', 'Ana ${CARD}')`,
    'CD016',
  ),
  refused(
    'finance',
    'with a payment too',
    `update public.payments set terminal_reference = '4111111111111111' where invoice_id = '${ISSUED}'`,
    'CD016',
  ),
  changes(
    'receptionist',
    'control: a name is taken',
    `insert into public.patients (organisation_id, mrn, full_name) values ('${CLINIC_A}', 'PROBE-6', 'Ana 4111')`,
    1,
  ),
]);
