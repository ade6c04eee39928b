import { probe, refused, sees } from '../probe.ts';
import { SWITCHED_ON, VENDOR } from './insights.ts';

export const s22 = probe(
  'S-22',
  [
    VENDOR,
    SWITCHED_ON,
    sees(
      'insightsAdmin',
      'what is handed out has these parts and no other',
      `select string_agg(k, ' ' order by k) from jsonb_object_keys(public.smart_insights_payload()) as k`,
      'actions counts modules',
    ),
    sees(
      'insightsAdmin',
      'an action has a type, a name and a moment, and there are twenty at most',
      `select count(*) <= 20 and bool_and(a - '{event,actor_name,occurred_at}'::text[] = '{}')
       from jsonb_array_elements(public.smart_insights_payload() -> 'actions') as a`,
      true,
    ),
    refused('receptionist', 'reception takes none', 'select public.smart_insights_payload()', '42501'),
  ],
  { needs: ['public.smart_insights_payload()', 'governance.processors'] },
);
