import type { Invariant } from './invariant.ts';
import { FUNCTIONS } from './scope.ts';

export const searchPathPinned: Invariant = {
  name: 'search-path-pinned',
  claim: 'every function runs with search_path = pg_catalog, pg_temp',
  why:
    'Where pg_temp is not named, it is searched first for tables and types, also under an empty search_path: a caller ' +
    'shadows jsonb or uuid with a domain of their own, and its check runs with the rights of the definer.',
  requirements: ['N-11'],
  query: `
    with ${FUNCTIONS}
    select object,
           case
             when not coalesce(proconfig, '{}') && array['search_path=pg_catalog, pg_temp']
               then coalesce((select 'runs with ' || s from unnest(proconfig) as s where s like 'search_path=%'), 'sets no search_path')
           end as problem
    from functions
    where prosqlbody is null -- a begin-atomic body is resolved when it is created`,
};
