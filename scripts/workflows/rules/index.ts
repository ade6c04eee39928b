import { actionsPinned } from './actions-pinned.ts';
import { credentialsDropped } from './credentials-dropped.ts';
import { jobsBounded } from './jobs-bounded.ts';
import { permissionsLeast } from './permissions-least.ts';
import type { Rule } from './rule.ts';
import { runnersNamed } from './runners-named.ts';
import { scriptsExist } from './scripts-exist.ts';
import { secretsHeld } from './secrets-held.ts';
import { shellsFixed } from './shells-fixed.ts';
import { tokensKept } from './tokens-kept.ts';
import { triggersKnown } from './triggers-known.ts';
import { writersAskWhose } from './writers-ask-whose.ts';
import { writersRunNothing } from './writers-run-nothing.ts';

/** Every rule about workflows. A new one also needs a workflow that it refuses in tests/tooling/workflows.test.ts. */
export const RULES: readonly Rule[] = [
  triggersKnown,
  permissionsLeast,
  writersRunNothing,
  writersAskWhose,
  tokensKept,
  secretsHeld,
  shellsFixed,
  actionsPinned,
  credentialsDropped,
  runnersNamed,
  jobsBounded,
  scriptsExist,
];
