import { probe, refused, sees } from '../probe.ts';

export const n29 = probe(
  'N-29',
  [
    sees('assistant', 'what no rule opens is not there', 'select count(*) from public.invoices', 0),
    refused('assistant', 'and not written', `delete from public.patients`, '42501'),
  ],
  { needs: ['audit.access_log'] },
);
