import { as, changes, probe, refused } from '../probe.ts';
import { CLINIC_B } from '../world.ts';

export const n53 = probe(
  'N-53',
  [
    changes('doctor', 'a live session passes to the policies', 'select public.pre_request()', 1),
    refused('signedOut', 'one that has ended is refused before', 'select public.pre_request()', 'CD040'),
    refused(
      as('doctor', { headers: { 'x-organisation-id': CLINIC_B } }),
      'so is the context of another clinic',
      'select public.pre_request()',
      '42501',
    ),
    refused(
      as('doctor', { claims: { exp: 1 } }),
      'and a token that is over',
      'select public.pre_request()',
      'CD040',
    ),
  ],
  {
    outside:
      'that PostgREST calls it is the setting pgrst.db_pre_request, or db-pre-request, of the deployment',
  },
);
