import { changes, probe, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { ANA, CHAI, FROZEN, ISSUED } from './subjects.ts';

export const s35 = probe('S-35', [
  changes(
    'finance',
    'a payment on a frozen invoice changes nothing, without an error',
    `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ('${CLINIC_A}', '${FROZEN}', '${CHAI}', 1, 'cash')`,
    0,
  ),
  sees(
    'finance',
    'and is on record',
    `select count(*) from public.case_timeline where event_type like '%frozen_write_suppressed'`,
    1,
  ),
  changes(
    'finance',
    'control: on another invoice it counts',
    `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ('${CLINIC_A}', '${ISSUED}', '${ANA}', 1, 'cash')`,
    1,
  ),
]);
