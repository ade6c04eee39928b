import { probe, sees } from '../probe.ts';

export const s25 = probe(
  'S-25',
  [
    sees(
      'clinicAdmin',
      'switched off, nothing is handed out',
      'select public.smart_insights_payload() is null',
      true,
    ),
  ],
  { needs: ['public.smart_insights_payload()', 'public.smart_insights_suggestions()'] },
);
