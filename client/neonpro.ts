import { POLICIES } from '../generated/policies.ts';
import { type AnySession, askThrough } from './ask.ts';
import { refuse, textOf } from './context.ts';
import { DeniedError, SessionMisuseError } from './errors.ts';
import { evaluatePolicy, type PolicyEvaluationResult, type PolicyOperation } from './evaluate-policy.ts';
import { MARK } from './opening.ts';
import { toCordonError } from './to-cordon-error.ts';

/**
 * What neonpro said about a caller. The database believes none of it but the choice of the clinic, and looks up the rest:
 * `userRole`, `professionalId` and `emergencyAccess` in live rows, the time on its own clock, the address in the headers.
 */
export interface RLSContext {
  /** Must be the subject of the session's token. */
  readonly userId: string;
  /** Not believed. */
  readonly userRole: string;
  /** Chooses among the caller's live memberships. */
  readonly clinicId: string;
  /** Not believed. */
  readonly professionalId?: string | undefined;
  /** Not believed: break-glass is opened in the database, with a reason, for one patient. */
  readonly emergencyAccess?: boolean | undefined;
  /** Not believed. */
  readonly accessTime?: Date | undefined;
  /** Not believed. */
  readonly ipAddress?: string | undefined;
  readonly justification?: string | undefined;
}

/** neonpro's shape of a rule, for code that declares some. Cordon's own rules stand in `policies/`, with a realm each. */
export interface AccessPolicy {
  readonly tableName: string;
  readonly operation: PolicyOperation;
  readonly conditions: readonly string[];
  readonly roles: readonly string[];
  readonly timeRestrictions?: {
    readonly startHour: number;
    readonly endHour: number;
    readonly emergencyBypass: boolean;
  };
  readonly consentRequired?: boolean;
  readonly auditLevel: 'basic' | 'detailed' | 'comprehensive';
}

/**
 * Chooses the clinic, and gives the justification, for the rest of the session. Unlike neonpro's, it works inside a session
 * alone, and never says who the caller is: that is the token's affair, and a context about somebody else is refused. Somebody
 * else's clinic chosen here shows no row. [N-11 N-23]
 *
 * @throws SessionMisuseError outside a session; DeniedError where `userId` is not the session's; SessionContextError for a context that names
 *   no clinic, or cannot be sent.
 */
export async function setRLSContext(session: AnySession, context: RLSContext): Promise<void> {
  const ask = askThrough(session);
  const [row] = await ask(
    `select coalesce(current_setting($1, true), '') <> '' as is_session,
        lower(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub') as subject`,
    [MARK],
  ).catch(rethrow);
  if (row?.is_session !== true) {
    throw new SessionMisuseError('setRLSContext was called outside a session', {
      hint: 'Call it inside withSession.',
    });
  }
  if (typeof context?.userId !== 'string' || row.subject !== context.userId.toLowerCase()) {
    throw new DeniedError('the context is about another user than the session');
  }
  const clinicId = textOf(context.clinicId, 'clinicId');
  // Set to nothing, it would take back what the session has chosen, and open whatever the caller's memberships give.
  if (clinicId === '') refuse('the context names no clinic', 'Leave setRLSContext out where none is chosen.');
  const justification = textOf(context.justification ?? undefined, 'justification');
  await ask(
    `select set_config('app.current_clinic_id', $1, true), set_config('app.current_organisation_id', '', true),
        set_config('app.justification', $2, true)`,
    [clinicId, justification],
  ).catch(rethrow);
}

/**
 * The CREATE POLICY statements that `policies/` compiles to, one text each.
 *
 * neonpro made them at run time to be applied; these are what the migrations have applied already. They are here to be read
 * and compared, and there is nothing to run.
 */
export function generateSupabasePolicies(): string[] {
  return [...POLICIES];
}

/** neonpro's class over an open session, where neonpro's held a Supabase client. */
export class AdvancedRLSPolicies {
  readonly #session: AnySession;

  /** @param session of `withSession` or the Prisma extension; it is of no use after that has ended. */
  constructor(session: AnySession) {
    this.#session = session;
  }

  /** See {@link setRLSContext}. */
  setRLSContext(context: RLSContext): Promise<void> {
    return setRLSContext(this.#session, context);
  }

  /** Chooses the context's clinic, then asks as {@link evaluatePolicy} does. */
  async evaluatePolicy(
    context: RLSContext,
    table: string,
    operation: PolicyOperation,
    recordId: string,
  ): Promise<PolicyEvaluationResult> {
    await this.setRLSContext(context);
    return evaluatePolicy(this.#session, table, operation, recordId);
  }

  /** See {@link generateSupabasePolicies}. */
  generateSupabasePolicies(): string[] {
    return generateSupabasePolicies();
  }
}

function rethrow(error: unknown): never {
  throw toCordonError(error);
}
