import { defaultPrivilegesOpen } from '../../scan/rules/default-privileges-open.ts';
import { OUR_SCAN } from '../../scan/scope.ts';
import type { Invariant } from './invariant.ts';

export const defaultPrivilegesEmpty: Invariant = {
  name: 'default-privileges-empty',
  claim: 'what the migrating role creates belongs to nobody else until granted',
  why: defaultPrivilegesOpen.why,
  requirements: ['N-09', 'S-04'],
  query: defaultPrivilegesOpen.query(OUR_SCAN),
};
