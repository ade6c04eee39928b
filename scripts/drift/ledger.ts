import type { Migration } from '../migrate/history.ts';
import { compareWithLedger, holdsExactly, type LedgerRow } from '../migrate/ledger.ts';
import type { Drift } from './sentence.ts';

/** Where the ledger and the files disagree, and what is merely pending. */
export interface LedgerVerdict {
  readonly drifts: readonly Drift[];
  /** The files that the database has applied: what it is compared with. */
  readonly applied: readonly Migration[];
  readonly pending: readonly Migration[];
}

/**
 * Judges the ledger as evidence: that every row has its file, that the file is what was applied, and that the statements
 * which the Supabase CLI stored are the file's. [S-27]
 */
export function judgeLedger(migrations: readonly Migration[], rows: readonly LedgerRow[]): LedgerVerdict {
  const { applied, pending, missing, outOfOrder, edited } = compareWithLedger(migrations, rows);
  const rowOf = new Map(rows.map((row) => [row.version, row]));
  const tell = (version: string, sentence: string, details: readonly string[] = []): Drift => ({
    key: `migration ${version}`,
    sentence,
    opens: false,
    details,
  });
  const tampered = applied.filter((migration) => {
    const statements = rowOf.get(migration.version)?.statements;
    return statements && !edited.includes(migration) && !holdsExactly(migration.sql, statements);
  });
  const renamed = applied.filter(({ version, name }) => {
    const told = rowOf.get(version)?.name;
    return told !== null && told !== undefined && told !== name;
  });
  return {
    applied,
    pending,
    drifts: [
      ...missing.map(({ version, name }) =>
        tell(version, `migration ${version}${name ? `_${name}` : ''} was applied and has no file`),
      ),
      ...edited.map(({ version, path, checksum }) =>
        tell(version, `${path} is not the file that was applied`, [
          `- ${rowOf.get(version)?.checksum ?? rowOf.get(version)?.startedWith ?? 'other statements'}`,
          `+ ${checksum}`,
        ]),
      ),
      ...tampered.map(({ version, fileName }) =>
        tell(version, `the ledger holds other statements for ${fileName} than the file`),
      ),
      ...renamed.map(({ version, name }) =>
        tell(version, `the ledger calls migration ${version} ${rowOf.get(version)?.name} instead of ${name}`),
      ),
      ...outOfOrder.map(({ version, fileName, path }) =>
        tell(version, `${path} was never applied, though newer ones were`, [`  ${fileName}`]),
      ),
    ],
  };
}
