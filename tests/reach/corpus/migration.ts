/** A small migration, and everything that is to be told of it. */
export interface Migration {
  /** Behind "a migration that …". */
  readonly does: string;
  readonly sql: string;
  /** Whether somebody may reach more by it: as people judge who read the SQL, and as `observed.test.ts` sees where rows are concerned. */
  readonly widens: boolean;
  /** Every verdict, `mark: sentence`, in their order. */
  readonly tells: readonly string[];
  /** What stands before it, where the schema itself has no such thing. */
  readonly given?: string;
  /** The oldest major that knows its words; any when left out. */
  readonly since?: 16 | 17;
  /** Told is what its statements write, too: what they leave in an empty database does not show it. */
  readonly writesRows?: true;
  /** For what the migrating role may not do on a hosted project. */
  readonly asSuperuser?: true;
}

/** What is told of it on a server of this major: the right to lock is one of its own from 17 on. */
export function toldOn(major: number, { tells }: Migration): readonly string[] {
  return major >= 17 ? tells : tells.filter((line) => !/ lock \S+ against everybody$/.test(line));
}
