import { as, probe, refused, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { DIAGNOSES } from './subjects.ts';

export const n48 = probe('N-48', [
  sees(
    as('doctor', { settings: { 'app.purpose': 'treatment' } }),
    'for treatment a chart opens',
    DIAGNOSES,
    true,
  ),
  sees(as('doctor', { settings: { 'app.purpose': 'scheduling' } }), 'for scheduling not', DIAGNOSES, false),
  sees(as('doctor', { settings: { 'app.purpose': 'billing' } }), 'nor for billing', DIAGNOSES, false),
  refused(
    'doctor',
    'a purpose that nobody knows is none',
    `select public.set_context('${CLINIC_A}', 'curiosity')`,
    'CD006',
  ),
]);
