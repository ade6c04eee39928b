import { as, probe, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { DIAGNOSES } from './subjects.ts';

export const n28 = probe('N-28', [
  sees(
    undefined,
    'hours are those of the organisation: 06:00 to 22:00 in São Paulo, half open',
    `select string_agg(authz.is_within_hours('${CLINIC_A}', '{6,22}', at)::text, ' ' order by at) from unnest('{2026-07-01 08:59:59+00,2026-07-01 09:00:00+00,2026-07-02 00:59:59+00,2026-07-02 01:00:00+00}'::timestamptz[]) as at`,
    'false true true false',
  ),
  sees(
    undefined,
    'also over midnight',
    `select string_agg(authz.is_within_hours('${CLINIC_A}', '{22,6}', at)::text, ' ' order by at) from unnest('{2026-07-01 15:00+00,2026-07-02 02:30+00,2026-07-02 09:00+00}'::timestamptz[]) as at`,
    'false true false',
  ),
  sees('doctor', 'from the clinic’s network a chart is read', DIAGNOSES, true),
  sees(
    as('doctor', { headers: { 'x-forwarded-for': '203.0.113.80' } }),
    'from another not',
    DIAGNOSES,
    false,
  ),
]);
