import { financialRowsFixed } from '../../catalog/invariants/financial-rows-fixed.ts';
import { given, keeps, probe, sees } from '../probe.ts';
import { ANA } from './subjects.ts';

const requested = (kind: string) =>
  given(`select public.issue_upload_grant('${ANA}', '${kind}', 'probe.pdf')`, 'receptionist');

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
  requested('insurance'),
  requested('report'),
  sees(
    'finance',
    'of documents finance sees those of a financial kind',
    `select string_agg(kind, ', ') from public.documents where patient_id = '${ANA}'`,
    'insurance',
  ),
  ...keeps(financialRowsFixed),
]);
