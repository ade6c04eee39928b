import { type AnySession, askThrough } from './ask.ts';
import { CordonError } from './errors.ts';
import { toCordonError } from './to-cordon-error.ts';

/** What a rule can be asked about: as `OPERATIONS` of `cordon/policies/vocabulary`. */
export type PolicyOperation = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

/** One condition of a rule, and whether the row and the caller satisfy it. */
export interface EvaluatedCondition {
  readonly condition: string;
  readonly satisfied: boolean;
}

/**
 * Why a caller may or may not. neonpro's shape, with one difference: `conditions` says of each condition whether it is
 * satisfied, where neonpro listed their texts.
 */
export interface PolicyEvaluationResult {
  readonly allowed: boolean;
  readonly reason?: string;
  readonly conditions: readonly EvaluatedCondition[];
  readonly auditRequired: boolean;
  readonly emergencyAccess: boolean;
}

/**
 * Asks the database whether the session's caller may do something with one row, and why. The database looks everything up
 * again: it explains what the policies would do, and opens nothing. [N-08]
 *
 * @param session an open session of `withSession` or of the Prisma extension.
 * @param table `patients`, in schema public.
 * @param id of the row, a UUID. To somebody outside its organisation a row that is there and one that is not are the same.
 * @throws {@link CordonError} as `withSession` does, and with the code `ANSWER` for an answer without a verdict: an unclear
 *   one is never taken for an allowance.
 */
export async function evaluatePolicy(
  session: AnySession,
  table: string,
  operation: PolicyOperation,
  id: string,
): Promise<PolicyEvaluationResult> {
  const ask = askThrough(session);
  const rows = await ask('select public.evaluate_policy($1::text, $2::text, $3::uuid) as result', [
    table,
    operation,
    id,
  ]).catch((error: unknown) => {
    throw toCordonError(error);
  });
  return verdictIn(rows[0]?.result);
}

function verdictIn(result: unknown): PolicyEvaluationResult {
  const { allowed, reason, conditions, auditRequired, emergencyAccess } = (result ?? {}) as Record<
    string,
    unknown
  >;
  const list = Array.isArray(conditions) ? (conditions as (Partial<EvaluatedCondition> | null)[]) : undefined;
  const isWhole =
    typeof allowed === 'boolean' &&
    list?.every((each) => typeof each?.condition === 'string' && typeof each.satisfied === 'boolean');
  if (!isWhole) {
    throw new CordonError('ANSWER', 'public.evaluate_policy answered without a verdict', {
      hint: 'Migrate the database to the version of this package.',
    });
  }
  return {
    allowed,
    ...(typeof reason === 'string' && { reason }),
    conditions: list as readonly EvaluatedCondition[],
    // What is unclear is audited, and no emergency.
    auditRequired: auditRequired !== false,
    emergencyAccess: emergencyAccess === true,
  };
}
