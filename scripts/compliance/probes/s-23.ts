import { probe, sees } from '../probe.ts';

export const s23 = probe(
  'S-23',
  [
    sees(
      'clinicAdmin',
      'no note or diagnosis stands in it',
      `select coalesce(public.smart_insights_payload()::text, '') like '%Synthetic diagnosis%'`,
      false,
    ),
  ],
  { needs: ['public.smart_insights_payload()'] },
);
