import { TABLES } from '../../policy/declared.ts';
import { probe, surveys } from '../probe.ts';
import { CLINIC_A } from '../world.ts';

const STAFFED = TABLES.filter(
  ({ schema = 'public', tenantKey, rules }) =>
    schema === 'public' &&
    tenantKey !== null &&
    rules.some(({ realm, operation }) => realm === 'provider' && operation === 'SELECT'),
);

/** One row a table: whether the caller finds any row that the condition names. */
const readsOf = (problem: string, condition: (key: string) => string) =>
  STAFFED.map(
    ({ tableName, tenantKey }) =>
      `select 'public.${tableName}' as object, case when exists (select from public.${tableName}${condition(tenantKey ?? '')}) then '${problem}' end as problem`,
  ).join('\nunion all ');
const STRANGER_READS = readsOf('shows rows', () => '');
const OTHERS_READ = readsOf('shows rows of another clinic', (key) => ` where ${key} = '${CLINIC_A}'`);

export const n42 = probe('N-42', [
  surveys('a login without membership reads nothing of any table that rules open to staff', STRANGER_READS, {
    as: 'stranger',
  }),
  surveys('nor does a member whose access was revoked', STRANGER_READS, { as: 'revoked' }),
  surveys('and nobody of another clinic reads a row of this one', OTHERS_READ, { as: 'clinicAdminOfB' }),
]);
