import { probe, sees } from '../probe.ts';

export const n20 = probe('N-20', [
  sees('finance', 'who holds finance reads invoices', 'select count(*) > 0 from public.invoices', true),
  sees('finance', 'and no chart', 'select count(*) from public.medical_records', 0),
  sees(
    'doctor',
    'a doctor none of it',
    'select (select count(*) from public.invoices) + (select count(*) from public.payments)',
    0,
  ),
  sees(
    'nurse',
    'nor a nurse',
    'select (select count(*) from public.invoices) + (select count(*) from public.payments)',
    0,
  ),
]);
