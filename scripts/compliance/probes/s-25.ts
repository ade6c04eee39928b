import { probe } from '../probe.ts';

export const s25 = probe('S-25', [], {
  needs: ['public.smart_insights_payload()', 'public.smart_insights_suggestions()'],
});
