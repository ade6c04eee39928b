import type { Invariant } from './invariant.ts';
import { FOREIGN_KEYS, TABLES } from './scope.ts';

export const noCascadeFromUsers: Invariant = {
  name: 'no-cascade-from-users',
  claim: 'no reference deletes or blanks rows when its parent goes; least of all a reference to auth.users',
  why: 'Deleting a login would erase clinical records, or who wrote them.',
  requirements: ['S-12', 'S-16'],
  query: `
    with ${TABLES}, ${FOREIGN_KEYS}
    select object,
           case confdeltype when 'c' then 'deletes with its parent' when 'n' then 'is blanked' when 'd' then 'is reset' end
             as problem
    from foreign_keys`,
};
