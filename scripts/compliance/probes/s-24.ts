import { apart, given, probe, sees, surveys } from '../probe.ts';
import { HANDED_OUT, SWITCHED_ON, VENDOR } from './insights.ts';

export const s24 = probe(
  'S-24',
  [
    VENDOR,
    SWITCHED_ON,
    surveys(
      'every vendor in use forbids training, under an agreement that runs',
      `select 'vendor of ' || p.service as object,
              case
                when not p.no_training then 'may train'
                when (now() at time zone 'UTC')::date not between p.dpa_from and p.dpa_until then 'has no agreement that runs'
              end as problem
       from governance.processors as p where p.archived_at is null`,
    ),
    sees('insightsAdmin', 'control: to such a vendor something is handed out', HANDED_OUT, true),
    apart(
      given('update governance.processors set no_training = false where archived_at is null'),
      sees('insightsAdmin', 'to one that may train nothing', HANDED_OUT, false),
    ),
    apart(
      given(
        `update governance.processors set dpa_from = '2020-01-01', dpa_until = '2020-12-31' where archived_at is null`,
      ),
      sees('insightsAdmin', 'nor under an agreement that is over', HANDED_OUT, false),
    ),
  ],
  {
    needs: ['governance.processors', 'governance.insight_dispatches', 'public.smart_insights_payload()'],
    outside: 'what the contract with the vendor says, and that the vendor keeps to it',
  },
);
