import type { Operator } from '../mutant.ts';
import { dropGuard, dropTerm } from './drop-term.ts';
import {
  constantResult,
  dropRaise,
  dropSearchPath,
  dropStatement,
  flipSecurity,
  negateIf,
} from './functions.ts';
import { grantColumn, grantExecute, grantTable, revokeExecute, revokeGrant } from './grants.ts';
import { dropFence, dropPolicy, openClause, openFence } from './policies.ts';
import { disableRowSecurity, unforceRowSecurity, viewAsOwner } from './row-security.ts';
import { shiftComparison } from './shift-comparison.ts';
import { swapConnective } from './swap-connective.ts';
import { disableTrigger, dropTrigger, originTrigger } from './triggers.ts';
import { narrowRoles, widenRoles } from './widen-roles.ts';

/** Every way to make a mutant. */
export const OPERATORS: readonly Operator[] = [
  // Conditions, wherever they stand
  dropTerm,
  dropGuard,
  swapConnective,
  shiftComparison,
  // Policies
  widenRoles,
  narrowRoles,
  dropFence,
  openFence,
  dropPolicy,
  openClause,
  disableRowSecurity,
  unforceRowSecurity,
  viewAsOwner,
  // Grants
  grantColumn,
  grantTable,
  revokeGrant,
  grantExecute,
  revokeExecute,
  // Triggers and functions
  disableTrigger,
  dropTrigger,
  originTrigger,
  negateIf,
  dropRaise,
  dropStatement,
  constantResult,
  flipSecurity,
  dropSearchPath,
];
