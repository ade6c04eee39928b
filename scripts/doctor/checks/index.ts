import type { DoctorCheck } from '../check.ts';
import { addressHeader } from './address-header.ts';
import { catalogWatched } from './catalog-watched.ts';
import { clientsRefused } from './clients-refused.ts';
import { definersBound } from './definers-bound.ts';
import { errorsLoggedTerse } from './errors-logged-terse.ts';
import { exposedSchemas } from './exposed-schemas.ts';
import { extensionsGranted } from './extensions-granted.ts';
import { leakedPasswords } from './leaked-passwords.ts';
import { loginTriggers } from './login-triggers.ts';
import { nothingPublished } from './nothing-published.ts';
import { parametersLogged } from './parameters-logged.ts';
import { preRequestSet } from './pre-request-set.ts';
import { realtimePrivate } from './realtime-private.ts';
import { rolesBypassing } from './roles-bypassing.ts';
import { schedulerPresent } from './scheduler-present.ts';
import { sealedLately } from './sealed-lately.ts';
import { sessionsDemanded } from './sessions-demanded.ts';
import { slotsBounded } from './slots-bounded.ts';
import { slotsDrained } from './slots-drained.ts';
import { statementsLogged } from './statements-logged.ts';
import { statementsUnread } from './statements-unread.ts';
import { storageTriggers } from './storage-triggers.ts';
import { tokenAudience } from './token-audience.ts';
import { tokenHook } from './token-hook.ts';
import { tokenLifetime } from './token-lifetime.ts';
import { walLevel } from './wal-level.ts';

/** In the order in which a deployment is set up. */
export const CHECKS: readonly DoctorCheck[] = [
  statementsLogged,
  errorsLoggedTerse,
  parametersLogged,
  exposedSchemas,
  preRequestSet,
  tokenLifetime,
  tokenAudience,
  tokenHook,
  leakedPasswords,
  realtimePrivate,
  loginTriggers,
  storageTriggers,
  nothingPublished,
  extensionsGranted,
  statementsUnread,
  rolesBypassing,
  definersBound,
  walLevel,
  slotsBounded,
  slotsDrained,
  schedulerPresent,
  sealedLately,
  catalogWatched,
  addressHeader,
  sessionsDemanded,
  clientsRefused,
];
