import { changes, probe, refused } from '../probe.ts';
import { CLINIC_A, idOf } from '../world.ts';
import { CHAI, FROZEN } from './subjects.ts';

export const s34 = probe('S-34', [
  changes(
    'finance',
    'an invoice of the clinic is voided by who holds finance',
    `update public.invoices set status = 'void' where id = '${idOf('invoice', 'a', '01')}'`,
    1,
  ),
  changes(
    'finance',
    'one of a case that operations took over is not',
    `update public.invoices set status = 'void' where id = '${FROZEN}'`,
    0,
  ),
  changes(
    'servicePinned',
    'nor by the server',
    `update public.invoices set status = 'void' where id = '${FROZEN}'`,
    0,
  ),
  changes(
    'finance',
    'no payment goes onto it',
    `insert into public.payments (organisation_id, invoice_id, patient_id, amount_minor, method) values ('${CLINIC_A}', '${FROZEN}', '${CHAI}', 1, 'cash')`,
    0,
  ),
  refused(
    'finance',
    'and the case is not taken off',
    `update public.invoices set case_id = null where id = '${FROZEN}'`,
    '42501',
  ),
]);
