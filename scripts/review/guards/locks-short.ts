import { splitMigration } from '../../compose/migration-text.ts';
import { type HeldLock, isUnsafe } from '../facts/locks.ts';
import type { Guard } from './guard.ts';

const REASON = /^-- Long lock: \S/;

export const locksShort: Guard = {
  name: 'locks-short',
  claim:
    'no migration goes through all rows of a table that grows while others have to wait, or it says why it may',
  requirements: ['S-26'],
  check({ steps }) {
    return steps.flatMap(({ migration, locks }) => {
      const unsafe = locks.filter(isUnsafe);
      if (unsafe.length === 0 || splitMigration(migration.sql).why.some((line) => REASON.test(line)))
        return [];
      return [
        {
          where: migration.path,
          problem: `keeps others waiting while it goes through all rows of ${unsafe.map(({ table }) => table).join(', ')}`,
          expected:
            'work in steps that only look at the catalog: `not valid` and then `validate`, a nullable column and a backfill',
          remedy: 'split it, or give the reason in the header: `-- Long lock: <why nobody minds>`',
          details: unsafe.map(tellLock),
        },
      ];
    });
  },
};

/** `ACCESS EXCLUSIVE on public.patients, all rows written anew` */
export function tellLock({ table, mode, rewritten, scanned }: HeldLock): string {
  const work = rewritten ? ', all rows written anew' : scanned ? ', all rows read' : '';
  return `${mode} on ${table}${work}`;
}
