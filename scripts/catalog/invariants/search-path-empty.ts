import type { Invariant } from './invariant.ts';
import { FUNCTIONS } from './scope.ts';

export const searchPathEmpty: Invariant = {
  name: 'search-path-empty',
  claim: 'every function runs with an empty search_path',
  why: 'With any other, pg_temp is searched first: a caller shadows a table, and a definer function reads the shadow.',
  requirements: ['N-11'],
  query: `
    with ${FUNCTIONS}
    select object,
           case
             when not coalesce(proconfig, '{}') && array['search_path=""', 'search_path=']
               then coalesce((select 'runs with ' || s from unnest(proconfig) as s where s like 'search_path=%'), 'sets no search_path')
           end as problem
    from functions
    where prosqlbody is null -- a begin-atomic body is resolved when it is created`,
};
