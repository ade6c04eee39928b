// cordon/client: sessions, errors and explanations. It imports neither pg nor Kysely at run time.
export type { AnySession, PrismaSession } from './ask.ts';
export { SESSION_ROLES, type SessionContext, type SessionRole } from './context.ts';
export * from './errors.ts';
export {
  type EvaluatedCondition,
  evaluatePolicy,
  type PolicyEvaluationResult,
  type PolicyOperation,
} from './evaluate-policy.ts';
export {
  type AccessPolicy,
  AdvancedRLSPolicies,
  generateSupabasePolicies,
  type RLSContext,
  setRLSContext,
} from './neonpro.ts';
export { withSession } from './session.ts';
export type { PgSession } from './session-pg.ts';
export { toCordonError } from './to-cordon-error.ts';
