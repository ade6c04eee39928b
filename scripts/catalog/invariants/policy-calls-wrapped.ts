import type { Invariant } from './invariant.ts';
import { POLICIES, TABLES } from './scope.ts';

/** Helpers that decide about one row; behind a condition that an index has already found it by. */
const ABOUT_A_ROW: Readonly<Record<string, string>> = {
  log_disclosure: 'records the row that it is asked about, once all else has been',
  is_handed_over: 'as for is_own_patient, of operations',
  is_own_patient: 'ids are unique only within a tenant, so the pair decides what the array found',
};

export const policyCallsWrapped: Invariant = {
  name: 'policy-calls-wrapped',
  claim: 'every call in a policy stands in a scalar sub-select, unless listed as one about the row',
  why: 'A bare call runs for each row that the query looks at: a count of a big tenant took 63 times as long, a page of an unfiltered table seconds.',
  requirements: ['N-30'],
  query: `
    with ${TABLES}, ${POLICIES}
    select object,
           (
             select 'calls authz.' || string_agg(distinct call[2], ', authz.') || ' for each row'
             from regexp_matches(condition, '(SELECT )?authz\\.(\\w+)\\(', 'g') as call
             where call[1] is null and not call[2] = any ($1)
           ) as problem
    from policies`,
  values: [Object.keys(ABOUT_A_ROW)],
};
