import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const rowSecurityForced: Invariant = {
  name: 'row-security-forced',
  claim: 'every table has row-level security enabled and forced',
  why: 'Without it a grant is all that stands between a caller and every tenant; unforced, the owner is not bound.',
  requirements: ['S-01', 'N-09'],
  query: `
    with ${TABLES}
    select object,
           case
             when not relrowsecurity then 'row-level security is not enabled'
             when not relforcerowsecurity then 'row-level security is not forced'
           end as problem
    from tables`,
};
