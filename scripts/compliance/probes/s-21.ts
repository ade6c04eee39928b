import { changes, probe, refused, sees } from '../probe.ts';
import { CLINIC_A, idOf } from '../world.ts';

export const s21 = probe(
  'S-21',
  [
    changes(
      'opsAdmin',
      'an organisation is created',
      `select public.create_organisation('Probe that nobody else has', 'clinic', 'PT', 'UTC', 'gdpr', '${idOf('staff', 'e', '02')}')`,
      1,
    ),
    sees(
      undefined,
      'and has it off',
      `select bool_or(s.smart_insights_enabled) from public.organisation_settings as s
       join public.organisations as o on o.id = s.organisation_id where o.name = 'Probe that nobody else has'`,
      false,
    ),
    refused(
      'receptionist',
      'reception does not turn it on',
      'select public.set_smart_insights(true)',
      '42501',
    ),
    sees('insightsAdmin', 'who holds insights_admin does', 'select public.set_smart_insights(true)', true),
    sees(
      undefined,
      'in their own organisation',
      `select string_agg(organisation_id::text, ' ') from public.organisation_settings
       where smart_insights_enabled and organisation_id in ('${CLINIC_A}', '${idOf('organisation', 'b')}')`,
      CLINIC_A,
    ),
  ],
  { needs: ['public.set_smart_insights()', 'public.smart_insights_payload()'] },
);
