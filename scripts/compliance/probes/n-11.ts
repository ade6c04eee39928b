import { executeNeeded } from '../../catalog/invariants/execute-needed.ts';
import { noPublicExecute } from '../../catalog/invariants/no-public-execute.ts';
import { policyHelpers } from '../../catalog/invariants/policy-helpers.ts';
import { schemasClosed } from '../../catalog/invariants/schemas-closed.ts';
import { searchPathPinned } from '../../catalog/invariants/search-path-pinned.ts';
import { triggerFunctionsUncallable } from '../../catalog/invariants/trigger-functions-uncallable.ts';
import { as, keeps, probe, refused, sees } from '../probe.ts';
import { CLINIC_A, CLINIC_B } from '../world.ts';

export const n11 = probe('N-11', [
  ...keeps(
    noPublicExecute,
    schemasClosed,
    searchPathPinned,
    executeNeeded,
    triggerFunctionsUncallable,
    policyHelpers,
  ),
  sees(
    as('doctor', { settings: { 'app.current_organisation_id': CLINIC_B } }),
    'a setting gives no other clinic',
    'select count(*) from public.patients',
    0,
  ),
  sees(
    as('doctor', { headers: { 'x-organisation-id': CLINIC_B } }),
    'nor a header',
    'select count(*) from public.patients',
    0,
  ),
  sees(
    as('stranger', {
      claims: {
        user_metadata: { role: 'admin', organisation_id: CLINIC_A },
        app_metadata: { organisation_id: CLINIC_A, role: 'admin' },
      },
    }),
    'nor metadata',
    'select count(*) from public.patients',
    0,
  ),
  refused(
    'doctor',
    'nobody becomes operations',
    `set local role internal_ops; select pg_catalog.set_config('role', 'none', true), 1 / (select count(*) from public.cases)`,
    '22012',
    '42501',
  ),
]);
