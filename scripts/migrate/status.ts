import { withClient } from '../postgres/connect.ts';
import { MIGRATIONS, type Migration, readMigrations } from './history.ts';
import { compareWithLedger, type LedgerRow, readLedger } from './ledger.ts';

/** What is to be said about one migration. */
type MigrationState = 'applied' | 'edited' | 'missing' | 'out of order' | 'pending';

export interface MigrationStatus {
  readonly version: string;
  readonly name: string;
  readonly state: MigrationState;
  /** Null for pending ones, and for those that a runner applied when called by hand. */
  readonly appliedAt: Date | null;
}

/** States that stop `db:migrate`. */
const FAULTS: ReadonlySet<MigrationState> = new Set(['edited', 'missing', 'out of order']);

/** Whether a migration in this state stops `db:migrate`. */
export function isFault({ state }: MigrationStatus): boolean {
  return FAULTS.has(state);
}

/**
 * Compares the migrations of a folder with the ledger of a database. Writes nothing.
 *
 * @returns one entry per file or ledger row, by version.
 * @throws CommandError (1) for malformed files, (2) for a server that cannot be reached.
 */
export async function migrationStatus(
  url: string,
  directory: string = MIGRATIONS,
): Promise<MigrationStatus[]> {
  const migrations = readMigrations(directory);
  const rows = await withClient(url, readLedger, { applicationName: 'cordon status' });
  const { applied, pending, edited, outOfOrder, missing } = compareWithLedger(migrations, rows);
  const appliedAt = new Map(rows.map((row) => [row.version, row.appliedAt]));
  const describe = ({ version, name }: Migration, state: MigrationState): MigrationStatus => ({
    version,
    name,
    state,
    appliedAt: appliedAt.get(version) ?? null,
  });
  return [
    ...applied.map((migration) => describe(migration, edited.includes(migration) ? 'edited' : 'applied')),
    ...pending.map((migration) =>
      describe(migration, outOfOrder.includes(migration) ? 'out of order' : 'pending'),
    ),
    ...missing.map(({ version, name, appliedAt }: LedgerRow): MigrationStatus => {
      return { version, name: name ?? '', state: 'missing', appliedAt };
    }),
  ].sort((a, b) => (a.version < b.version ? -1 : 1));
}
