import { counted } from '../console/counted.ts';
import { CommandError } from '../console/errors.ts';
import { visible } from '../console/visible.ts';
import { withClient } from '../postgres/connect.ts';
import { MIGRATIONS, readMigrations } from './history.ts';
import { assertConsistent, compareWithLedger, readLedger } from './ledger.ts';

/**
 * Tells where a database has another history than this checkout: what is done with it then stands on what somebody else's files say.
 *
 * @param isActing whether something is about to be done that nobody can take back: then another history is refused, as `db:migrate` refuses it.
 * @param tell gets a line for what is different and stops nothing: migrations that are pending, or anything at all where one only looks.
 * @throws CommandError (1) naming the migrations, where `isActing`; (2) for a server that cannot be reached.
 */
export async function requireSameHistory(
  url: string,
  isActing: boolean,
  tell: (line: string) => void,
  directory: string = MIGRATIONS,
): Promise<void> {
  await withClient(
    url,
    async (client) => {
      try {
        const comparison = compareWithLedger(readMigrations(directory), await readLedger(client));
        assertConsistent(comparison);
        const { length } = comparison.pending;
        if (length > 0)
          tell(
            `${counted(length, 'migration')} of this checkout ${length === 1 ? 'is' : 'are'} not applied there`,
          );
      } catch (error) {
        if (isActing || !(error instanceof CommandError)) throw error;
        const { problem, remedy = '' } = error.explanation;
        tell(visible(`this checkout and the database have not the same history: ${problem}; ${remedy}`));
      }
    },
    { applicationName: 'cordon history' },
  );
}
