import { probe, sees } from '../probe.ts';

export const s22 = probe(
  'S-22',
  [
    sees(
      'clinicAdmin',
      'switched off, nothing is handed out',
      'select public.smart_insights_payload() is null',
      true,
    ),
  ],
  { needs: ['public.smart_insights_payload()'] },
);
