import { publishedTable } from '../../scan/rules/published-table.ts';
import { OUR_SCAN } from '../../scan/scope.ts';
import type { Invariant } from './invariant.ts';

export const nothingPublished: Invariant = {
  name: 'nothing-published',
  claim: publishedTable.claim,
  why: publishedTable.why,
  requirements: ['S-04'],
  query: publishedTable.query(OUR_SCAN),
};
