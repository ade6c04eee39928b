import type { Fault } from './fault.ts';
import { FUNCTIONS_AND_VIEWS } from './functions-and-views.ts';
import { KEYS_AND_COLUMNS } from './keys-and-columns.ts';
import { ROLES_AND_GRANTS } from './roles-and-grants.ts';
import { ROWS } from './rows.ts';
import { TRIGGERS_AND_DOCUMENTATION } from './triggers-and-documentation.ts';

/** Planted faults by the rule's name; each rule has at least one. */
export const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  ...ROWS,
  ...ROLES_AND_GRANTS,
  ...FUNCTIONS_AND_VIEWS,
  ...KEYS_AND_COLUMNS,
  ...TRIGGERS_AND_DOCUMENTATION,
};
