import { apiFunctionsListed } from './api-functions-listed.ts';
import { appendOnlySealed } from './append-only-sealed.ts';
import { auditColumns } from './audit-columns.ts';
import { classificationComplete } from './classification-complete.ts';
import { compositeForeignKeys } from './composite-foreign-keys.ts';
import { compositePrimaryKeys } from './composite-primary-keys.ts';
import { contextNeverImmutable } from './context-never-immutable.ts';
import { defaultPrivilegesEmpty } from './default-privileges-empty.ts';
import { definerFunctionsListed } from './definer-functions-listed.ts';
import { erasureRuled } from './erasure-ruled.ts';
import { everythingCommented } from './everything-commented.ts';
import { executeNeeded } from './execute-needed.ts';
import { fenceAskedOnce } from './fence-asked-once.ts';
import { fenceHolds } from './fence-holds.ts';
import { fencePresent } from './fence-present.ts';
import { financialRowsFixed } from './financial-rows-fixed.ts';
import { foreignKeysIndexed } from './foreign-keys-indexed.ts';
import { functionsHoldNoTraps } from './functions-hold-no-traps.ts';
import { guardTriggersAlways } from './guard-triggers-always.ts';
import { indexesLeakproof } from './indexes-leakproof.ts';
import { insightsReadLittle } from './insights-read-little.ts';
import type { Invariant } from './invariant.ts';
import { messagesSayNoValues } from './messages-say-no-values.ts';
import { noCascadeFromUsers } from './no-cascade-from-users.ts';
import { noCredentials } from './no-credentials.ts';
import { noLeakproof } from './no-leakproof.ts';
import { noPublicExecute } from './no-public-execute.ts';
import { noSequenceGrants } from './no-sequence-grants.ts';
import { nothingPublished } from './nothing-published.ts';
import { onePolicyPerCommand } from './one-policy-per-command.ts';
import { policiesNameTheirRole } from './policies-name-their-role.ts';
import { policiesWithoutTables } from './policies-without-tables.ts';
import { policyCallsWrapped } from './policy-calls-wrapped.ts';
import { policyColumnsIndexed } from './policy-columns-indexed.ts';
import { policyHelpers } from './policy-helpers.ts';
import { rolesBound } from './roles-bound.ts';
import { rowSecurityForced } from './row-security-forced.ts';
import { schemasClosed } from './schemas-closed.ts';
import { searchPathPinned } from './search-path-pinned.ts';
import { subjectsStated } from './subjects-stated.ts';
import { tablePrivileges } from './table-privileges.ts';
import { tenantAndStampTriggers } from './tenant-and-stamp-triggers.ts';
import { tenantIndexesLead } from './tenant-indexes-lead.ts';
import { tenantKeyComplete } from './tenant-key-complete.ts';
import { tenantReferencesOrganisation } from './tenant-table-references-organisation.ts';
import { triggerFunctionsUncallable } from './trigger-functions-uncallable.ts';
import { uniquesPerTenant } from './uniques-per-tenant.ts';
import { viewsAsInvoker } from './views-as-invoker.ts';
import { writesGrantedByColumn } from './writes-granted-by-column.ts';

export { checkInvariant } from './invariant.ts';

/** Every rule about the whole catalog. A new one also needs a planted fault in tests/invariants/faults/. */
export const INVARIANTS: readonly Invariant[] = [
  // Rows
  rowSecurityForced,
  fencePresent,
  fenceHolds,
  fenceAskedOnce,
  onePolicyPerCommand,
  policiesNameTheirRole,
  policiesWithoutTables,
  policyHelpers,
  policyCallsWrapped,
  policyColumnsIndexed,
  // Roles and grants
  rolesBound,
  schemasClosed,
  tablePrivileges,
  writesGrantedByColumn,
  noSequenceGrants,
  defaultPrivilegesEmpty,
  nothingPublished,
  // Functions and views
  apiFunctionsListed,
  noPublicExecute,
  executeNeeded,
  triggerFunctionsUncallable,
  definerFunctionsListed,
  searchPathPinned,
  contextNeverImmutable,
  noLeakproof,
  functionsHoldNoTraps,
  viewsAsInvoker,
  // Keys and columns
  tenantKeyComplete,
  tenantIndexesLead,
  indexesLeakproof,
  insightsReadLittle,
  tenantReferencesOrganisation,
  compositePrimaryKeys,
  uniquesPerTenant,
  compositeForeignKeys,
  financialRowsFixed,
  foreignKeysIndexed,
  messagesSayNoValues,
  noCascadeFromUsers,
  noCredentials,
  // Triggers and documentation
  tenantAndStampTriggers,
  guardTriggersAlways,
  appendOnlySealed,
  auditColumns,
  classificationComplete,
  subjectsStated,
  erasureRuled,
  everythingCommented,
];
