import { readFileSync } from 'node:fs';
import { REACH_OF_OPERATIONS } from '../../catalog/queries/reach-of-operations.ts';
import { probe, surveys } from '../probe.ts';

/** What was agreed with operations; whoever changes it changes what they may do. */
const AGREED = new URL('../../../tests/invariants/internal-ops.txt', import.meta.url);

function agreedReach(): string[] {
  return readFileSync(AGREED, 'utf8').split('\n').filter(Boolean);
}

export const s29 = probe('S-29', [
  surveys(
    'what operations reach is what was agreed with them, line by line',
    `
    with held as (${REACH_OF_OPERATIONS}),
    agreed as (select unnest($1::text[]) as line)
    select coalesce(h.line, a.line) as object,
           case when a.line is null then 'was not agreed' when h.line is null then 'was agreed and is not there' end as problem
    from (select distinct regexp_replace(line, '\\s+', ' ', 'g') as line from held) as h
    full join agreed as a on a.line = h.line`,
    { values: [agreedReach()] },
  ),
]);
