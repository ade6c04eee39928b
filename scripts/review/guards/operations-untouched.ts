import { compareCatalogs, type Difference } from '../../catalog/differences.ts';
import type { Catalog } from '../../catalog/snapshot.ts';
import { splitMigration } from '../../compose/migration-text.ts';
import { heldByOperations, isAskedByThem } from '../../handshake/theirs.ts';
import { granteeOf } from '../../sources/definitions.ts';
import type { Reach } from '../reach/reach.ts';
import { EVERYBODY } from '../verdicts/verdict.ts';
import type { Guard, JudgedStep } from './guard.ts';

/** The line by which a migration says that it is the operations' own. */
export const THEIRS = '-- Side: operations';

export const operationsUntouched: Guard = {
  name: 'operations-untouched',
  claim: `no migration of the provider's touches what operations hold; their own say \`${THEIRS}\``,
  requirements: ['S-28', 'S-29'],
  check({ steps, start }) {
    return steps.flatMap((step) => {
      if (splitMigration(step.migration.sql).why.some((line) => line.trimEnd() === THEIRS)) return [];
      const touched = [...new Set([...touchedObjects(step, start.catalog), ...touchedReach(step)])].sort();
      if (touched.length === 0) return [];
      return [
        {
          where: step.migration.path,
          problem: `touches what operations hold, in ${touched.length} ${touched.length === 1 ? 'place' : 'places'}`,
          expected:
            "policies, grants and functions of internal_ops as they were: they change in operations' own migrations",
          remedy: `take them out, or put them into a migration of their own with the line \`${THEIRS}\` in its header, which operations review (npm run db:handshake)`,
          details: touched,
        },
      ];
    });
  },
};

/** Policies for their role and grants to it, on objects that were there before. */
function touchedObjects({ before, after }: JudgedStep, base: Catalog): string[] {
  return compareCatalogs(before.catalog, after.catalog)
    .filter((difference) => isTheirs(difference) && stood(base, difference.key))
    .map(({ key, change }) => `${change} ${key}`);
}

function isTheirs({ key, before = '', after = '' }: Difference): boolean {
  if (granteeOf(key).grantee === 'internal_ops' || key === 'role internal_ops') return true;
  if (/^membership of (internal_ops in .+|.+ in internal_ops)$/.test(key)) return true;
  return key.startsWith('policy ') && /^to .*\b(internal_ops|PUBLIC)\b/m.test(`${before}\n${after}`);
}

/** Whether the table or function that a policy or grant is about is older than the change. */
function stood(catalog: Catalog, key: string): boolean {
  const on = /^policy .+ on (.+)$/s.exec(key)?.[1] ?? granteeOf(key).object;
  if (on === '') return true;
  return ['', 'table ', 'view ', 'materialized view ', 'sequence '].some((kind) =>
    catalog.has(`${kind}${on}`),
  );
}

/** What changes for operations whatever the statement: a helper that their policies ask, a view, a guard on what they write. */
function touchedReach({ before, after, verdicts }: JudgedStep): string[] {
  const known = new Set([...before.reach.relations, ...before.reach.routines].map(({ name }) => name));
  const theirs = heldByOperations(before.reach);
  return verdicts
    .filter(({ mark, realm, about, sentence, details = [] }) => {
      if (mark === 'equal') return false;
      if (realm === 'internal_ops') {
        return (
          about.startsWith('role ') || (known.has(about) && !isOnlyWider(before.reach, after.reach, about))
        );
      }
      if (realm !== EVERYBODY || !known.has(about)) return false;
      if (about === 'authz.state_transitions')
        return !/\brealms\b/.test(sentence) || /internal_ops/.test(sentence);
      return theirs.has(about) || details.some((asker) => isAskedByThem(asker, theirs));
    })
    .map(({ sentence }) => sentence);
}

/** A new column comes with the right to the whole table, which operations hold already: the header names it. */
function isOnlyWider(before: Reach, after: Reach, name: string): boolean {
  const rulesOf = ({ relations }: Reach) => {
    const relation = relations.find((known) => known.name === name);
    return (
      relation &&
      JSON.stringify([relation.policies, relation.rowSecurity, relation.forced, relation.isInvoker])
    );
  };
  const columnsOf = ({ relations }: Reach) => relations.find((known) => known.name === name)?.columns ?? [];
  const isNew = columnsOf(after).some((column) => !columnsOf(before).includes(column));
  return isNew && rulesOf(before) === rulesOf(after);
}
