import { probe, refused, sees } from '../probe.ts';
import { CLINIC_A, CLINIC_B } from '../world.ts';

export const s21 = probe(
  'S-21',
  [
    sees(
      undefined,
      'a new organisation has it off',
      `select bool_or(smart_insights_enabled) from public.organisation_settings where organisation_id in ('${CLINIC_A}', '${CLINIC_B}')`,
      false,
    ),
    refused(
      'receptionist',
      'and reception does not turn it on',
      `update public.organisation_settings set smart_insights_enabled = true`,
      '42501',
    ),
  ],
  { needs: ['public.smart_insights_payload()'] },
);
