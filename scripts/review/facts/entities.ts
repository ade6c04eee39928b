import { compareCatalogs, type Difference } from '../../catalog/differences.ts';
import type { Catalog } from '../../catalog/snapshot.ts';

type Fate = Difference['change'] | 'same';

/** A column that a change adds, removes or defines otherwise. */
interface EntityColumn {
  readonly name: string;
  readonly change: Difference['change'];
  readonly before: string | null;
  readonly after: string | null;
}

/** A table that a change touches, or one that a foreign key joins to such a table. */
export interface Entity {
  /** As SQL spells it: `public.patients`. */
  readonly name: string;
  readonly change: Fate;
  readonly columns: readonly EntityColumn[];
}

/** A foreign key with at least one end in a table that the change touches. */
export interface Reference {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly change: Fate;
  /** `FOREIGN KEY (organisation_id, bed_id) REFERENCES …`, as it is at the end, or was. */
  readonly definition: string;
}

export interface Entities {
  /** Touched ones first. */
  readonly tables: readonly Entity[];
  readonly references: readonly Reference[];
}

const NAME = '(?:"(?:[^"]|"")*"|[^\\s".(),]+)';
const TABLE = `${NAME}\\.${NAME}`;
const COLUMN_KEY = new RegExp(`^column (${TABLE})\\.(${NAME})$`);
const CONSTRAINT_KEY = new RegExp(`^constraint (${NAME}) on (${TABLE})$`);
const TABLE_KEY = new RegExp(`^table (${TABLE})$`);
/** Whatever else stands on one table. */
const PART_KEY = new RegExp(`^(?:policy|trigger|rule) ${NAME} on (${TABLE})$|^grants on (${TABLE})(?: |$)`);
const FOREIGN_KEY = new RegExp(`^FOREIGN KEY \\(.*?\\) REFERENCES (${TABLE})\\(`);

/** The tables that a change touches, with the columns that change, and their neighbours by foreign key. */
export function changedEntities(before: Catalog, after: Catalog): Entities {
  const differences = compareCatalogs(before, after);
  const isTable = (name: string) => before.has(`table ${name}`) || after.has(`table ${name}`);
  const touched = [...new Set(differences.flatMap(({ key }) => tableOf(key) ?? []))].filter(isTable).sort();
  const references = [...referencesIn(before, after)].filter(
    ({ from, to }) => touched.includes(from) || touched.includes(to),
  );
  const neighbours = [...new Set(references.flatMap(({ from, to }) => [from, to]))]
    .filter((name) => !touched.includes(name))
    .sort();
  return {
    tables: [
      ...touched.map((name) => ({
        name,
        change: fateOf(before, after, `table ${name}`, 'changed'),
        columns: columnsOf(name, differences),
      })),
      ...neighbours.map((name) => ({ name, change: 'same' as const, columns: [] })),
    ],
    references,
  };
}

function tableOf(key: string): string | undefined {
  const on = TABLE_KEY.exec(key)?.[1] ?? COLUMN_KEY.exec(key)?.[1] ?? CONSTRAINT_KEY.exec(key)?.[2];
  if (on !== undefined) return on;
  const part = PART_KEY.exec(key);
  return part?.[1] ?? part?.[2];
}

function columnsOf(table: string, differences: readonly Difference[]): EntityColumn[] {
  return differences.flatMap(({ key, change, before = null, after = null }) => {
    const [, on, name = ''] = COLUMN_KEY.exec(key) ?? [];
    return on === table ? [{ name, change, before, after }] : [];
  });
}

function referencesIn(before: Catalog, after: Catalog): Reference[] {
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key): Reference[] => {
    const [, name, from] = CONSTRAINT_KEY.exec(key) ?? [];
    const definition = after.get(key) ?? before.get(key) ?? '';
    const to = FOREIGN_KEY.exec(definition)?.[1];
    if (name === undefined || from === undefined || to === undefined) return [];
    const whole = before.get(key) === after.get(key) ? 'same' : 'changed';
    return [{ name, from, to, change: fateOf(before, after, key, whole), definition }];
  });
}

/** What became of an entry; `kept` where both catalogs have it. */
function fateOf(before: Catalog, after: Catalog, key: string, kept: 'changed' | 'same'): Fate {
  if (!before.has(key)) return 'added';
  return after.has(key) ? kept : 'removed';
}
