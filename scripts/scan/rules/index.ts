import type { ScanRule } from '../rule.ts';
import { appendOnlyTruncatable } from './append-only-truncatable.ts';
import { authHookCallable } from './auth-hook-callable.ts';
import { callerArgument } from './caller-argument.ts';
import { callerPastPolicies } from './caller-past-policies.ts';
import { childWithoutRowSecurity } from './child-without-row-security.ts';
import { clientTimeZone } from './client-time-zone.ts';
import { crossTenantReference } from './cross-tenant-reference.ts';
import { defaultPrivilegesOpen } from './default-privileges-open.ts';
import { definerNeverAsks } from './definer-never-asks.ts';
import { dynamicSqlComposed } from './dynamic-sql-composed.ts';
import { emailAsIdentity } from './email-as-identity.ts';
import { erasedWithLogin } from './erased-with-login.ts';
import { existsWithoutCaller } from './exists-without-caller.ts';
import { grantsPastPolicies } from './grants-past-policies.ts';
import { grantsWithoutUse } from './grants-without-use.ts';
import { guardListsColumns } from './guard-lists-columns.ts';
import { guardOffInReplica } from './guard-off-in-replica.ts';
import { guardPassesNull } from './guard-passes-null.ts';
import { helperSwallowsErrors } from './helper-swallows-errors.ts';
import { immutableContext } from './immutable-context.ts';
import { insertIntoAnyTenant } from './insert-into-any-tenant.ts';
import { invokerViewOverOwnerView } from './invoker-view-over-owner-view.ts';
import { leakproofFunction } from './leakproof-function.ts';
import { negatedSubquery } from './negated-subquery.ts';
import { ownerViewInReach } from './owner-view-in-reach.ts';
import { ownerViewWithoutBarrier } from './owner-view-without-barrier.ts';
import { patternAgainstContext } from './pattern-against-context.ts';
import { policyForPublic } from './policy-for-public.ts';
import { publishedTable } from './published-table.ts';
import { relationWithoutPolicies } from './relation-without-policies.ts';
import { ruleAsOwner } from './rule-as-owner.ts';
import { searchPathTemporaryFirst } from './search-path-temporary-first.ts';
import { searchPathWritable } from './search-path-writable.ts';
import { secretInCatalog } from './secret-in-catalog.ts';
import { selfPromotion } from './self-promotion.ts';
import { sequenceSettable } from './sequence-settable.ts';
import { setConfigExposed } from './set-config-exposed.ts';
import { settingCastBlank } from './setting-cast-blank.ts';
import { settingOutlivesTransaction } from './setting-outlives-transaction.ts';
import { signedInIsEnough } from './signed-in-is-enough.ts';
import { stampFromClient } from './stamp-from-client.ts';
import { storageNameCaptured } from './storage-name-captured.ts';
import { storagePathLoose } from './storage-path-loose.ts';
import { storagePolicyWithoutBucket } from './storage-policy-without-bucket.ts';
import { tableWithoutRowSecurity } from './table-without-row-security.ts';
import { tenantKeyMovable } from './tenant-key-movable.ts';
import { tenantKeyNullable } from './tenant-key-nullable.ts';
import { tenantUnfenced } from './tenant-unfenced.ts';
import { triggerFunctionCallable } from './trigger-function-callable.ts';
import { uniqueAcrossTenants } from './unique-across-tenants.ts';
import { userMetadataTrusted } from './user-metadata-trusted.ts';
import { writeCheckWeaker } from './write-check-weaker.ts';

/** Every rule of a scan, by what it looks at. A new one also needs its two fixtures in tests/scan/fixtures/. */
export const RULES: readonly ScanRule[] = [
  // Tables and grants
  tableWithoutRowSecurity,
  childWithoutRowSecurity,
  relationWithoutPolicies,
  callerPastPolicies,
  grantsPastPolicies,
  grantsWithoutUse,
  sequenceSettable,
  defaultPrivilegesOpen,
  publishedTable,
  ruleAsOwner,
  // Policies
  signedInIsEnough,
  writeCheckWeaker,
  selfPromotion,
  negatedSubquery,
  existsWithoutCaller,
  patternAgainstContext,
  clientTimeZone,
  policyForPublic,
  emailAsIdentity,
  settingCastBlank,
  // Tenants
  insertIntoAnyTenant,
  tenantKeyNullable,
  tenantKeyMovable,
  tenantUnfenced,
  crossTenantReference,
  uniqueAcrossTenants,
  // Functions
  definerNeverAsks,
  guardPassesNull,
  immutableContext,
  userMetadataTrusted,
  settingOutlivesTransaction,
  setConfigExposed,
  dynamicSqlComposed,
  authHookCallable,
  searchPathWritable,
  searchPathTemporaryFirst,
  triggerFunctionCallable,
  callerArgument,
  helperSwallowsErrors,
  leakproofFunction,
  // Views
  ownerViewInReach,
  invokerViewOverOwnerView,
  ownerViewWithoutBarrier,
  // Records
  erasedWithLogin,
  appendOnlyTruncatable,
  guardListsColumns,
  guardOffInReplica,
  stampFromClient,
  secretInCatalog,
  // Storage
  storagePolicyWithoutBucket,
  storagePathLoose,
  storageNameCaptured,
];
