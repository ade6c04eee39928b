import { AUDIT_LEVELS } from '../../../policies/vocabulary.ts';
import { recordsIn } from '../../policy/recorded.ts';
import type { Reach } from '../reach/reach.ts';
import type { Guard } from './guard.ts';

/** Least first; requirement N-35. */
const LEVELS: readonly string[] = AUDIT_LEVELS;
/** Roles of requests. */
const CALLERS: readonly string[] = ['authenticated', 'patient', 'internal_ops'];

export const decisionsRecorded: Guard = {
  name: 'decisions-recorded',
  claim:
    'no decision that a policy recorded is recorded less, and no row that was recorded when it was shown goes unrecorded',
  requirements: ['N-35', 'N-47'],
  check({ start, end }) {
    const [was, is] = [recordedIn(start.reach), recordedIn(end.reach)];
    const tables = new Set(end.reach.relations.map(({ name }) => name));
    return [...was]
      .filter(
        ([key, level]) =>
          tables.has(tableOf(key)) && LEVELS.indexOf(is.get(key) ?? '') < LEVELS.indexOf(level),
      )
      .map(([key, level]) => ({
        where: key,
        problem: is.has(key)
          ? `is recorded as ${is.get(key)}, and was as ${level}`
          : `is no longer recorded, and was as ${level}`,
        expected: 'a record at least as full: who looks for what happened finds only what was written down',
        remedy: 'raise the auditLevel of its rules in policies/, and compose it: npm run db:new -- --amend',
      }));
  },
};

/** What is recorded of each table, role and operation, at the highest level that a policy says; rows that are shown apart. */
function recordedIn({ relations }: Reach): ReadonlyMap<string, string> {
  const recorded = new Map<string, string>();
  for (const { name, policies } of relations) {
    for (const { appliesTo, using, check } of policies) {
      for (const { what, operation, level } of recordsIn(`${using ?? ''} ${check ?? ''}`)) {
        for (const role of CALLERS.filter((each) => appliesTo.includes(each))) {
          const key = `${name}  ${what} ${operation} as ${role}`;
          if (LEVELS.indexOf(level) > LEVELS.indexOf(recorded.get(key) ?? '')) recorded.set(key, level);
        }
      }
    }
  }
  return recorded;
}

function tableOf(key: string): string {
  return key.split('  ')[0] ?? '';
}
