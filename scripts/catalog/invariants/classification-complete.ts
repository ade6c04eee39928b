import type { Invariant } from './invariant.ts';
import { TABLES } from './scope.ts';

export const classificationComplete: Invariant = {
  name: 'classification-complete',
  claim: 'every table is classified, and every classified table exists',
  why: 'A table that nobody has classified is guarded by guesswork.',
  requirements: ['N-06'],
  query: `
    with ${TABLES}
    select t.object, case when c.table_name is null then 'is not classified' end as problem
    from tables as t
    left join governance.classification as c on c.schema_name = t.schema and c.table_name = t.table_name
    union all
    select c.schema_name || '.' || c.table_name, 'is classified and does not exist'
    from governance.classification as c
    where not exists (select from tables as t where c.schema_name = t.schema and c.table_name = t.table_name)`,
};
