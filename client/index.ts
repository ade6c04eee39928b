// cordon/client: sessions, errors, explanations and insights. It imports neither pg nor Kysely at run time.
export type { AnySession, KyselySession, PrismaSession } from './ask.ts';
export { SESSION_ROLES, type SessionContext, type SessionRole } from './context.ts';
export { dayOf } from './day-of.ts';
export * from './errors.ts';
export {
  type EvaluatedCondition,
  evaluatePolicy,
  type PolicyEvaluationResult,
  type PolicyOperation,
} from './evaluate-policy.ts';
export {
  askInsights,
  type InsightsAnswer,
  type InsightsPayload,
  type InsightsSuggestion,
  type InsightsTransport,
  suggestInsights,
} from './insights.ts';
export { isRetryable } from './is-retryable.ts';
export {
  type AccessPolicy,
  AdvancedRLSPolicies,
  generateSupabasePolicies,
  type RLSContext,
  setRLSContext,
} from './neonpro.ts';
export { type SessionPool, withSession } from './session.ts';
export type { PgSession } from './session-pg.ts';
export { toCordonError } from './to-cordon-error.ts';
