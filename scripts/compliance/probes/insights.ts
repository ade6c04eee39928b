import { given } from '../probe.ts';

/** A vendor under an agreement, where the database has none. */
export const VENDOR = given(
  `insert into governance.processors (service, name, no_training, dpa_from, dpa_until)
   select 'smart_insights', 'Probe', true, '2026-01-01', '2099-12-31'
   where not exists (select from governance.processors as p where p.service = 'smart_insights' and p.archived_at is null)`,
);
export const SWITCHED_ON = given('select public.set_smart_insights(true)', 'insightsAdmin');
export const HANDED_OUT = 'select public.smart_insights_payload() is not null';
