import { probe, sees, surveys } from '../probe.ts';
import { SWITCHED_ON, VENDOR } from './insights.ts';

export const s23 = probe(
  'S-23',
  [
    surveys(
      'whose function makes it reads nothing that is confidential or more',
      `select c.schema_name || '.' || c.table_name as object,
              case
                when has_any_column_privilege('cordon_insights', format('%I.%I', c.schema_name, c.table_name)::regclass, 'select')
                  then 'is in reach of cordon_insights'
              end as problem
       from governance.classification as c
       where c.level in ('CONFIDENTIAL', 'RESTRICTED', 'HIGHLY_RESTRICTED')`,
    ),
    VENDOR,
    SWITCHED_ON,
    sees(
      'insightsAdmin',
      'no name or number of a patient, no diagnosis and no id stands in it',
      `select public.smart_insights_payload()::text ~ 'Souza|Saetang|MRN-|Synthetic diagnosis|Penicillin|[0-9a-f]{8}-[0-9a-f]{4}-'`,
      false,
    ),
  ],
  { needs: ['public.smart_insights_payload()', 'governance.processors'] },
);
