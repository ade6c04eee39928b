import { apart, given, probe, sees } from '../probe.ts';
import { HANDED_OUT, SWITCHED_ON, VENDOR } from './insights.ts';

export const s25 = probe(
  'S-25',
  [
    VENDOR,
    SWITCHED_ON,
    sees('insightsAdmin', 'control: switched on, something is handed out', HANDED_OUT, true),
    apart(
      given('select public.set_smart_insights(false)', 'insightsAdmin'),
      sees('insightsAdmin', 'switched off, nothing is from the next statement on', HANDED_OUT, false),
      sees(
        'insightsAdmin',
        'and the database suggests by itself',
        'select count(*) > 0 from public.smart_insights_suggestions()',
        true,
      ),
    ),
  ],
  {
    needs: [
      'public.smart_insights_payload()',
      'public.smart_insights_suggestions()',
      'governance.processors',
    ],
  },
);
