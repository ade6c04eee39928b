import type { Subjects } from './subjects.ts';

/** One change to an installed catalog that a test has to notice. */
export interface Mutant {
  /** Names the mutant the same way in every run: `drop-term public.patients provider_select using: archived_at IS NULL`. */
  readonly key: string;
  readonly operator: string;
  /** What it changes: `public.patients`, `authz.holds`. */
  readonly subject: string;
  /** The statements that make it, run as superuser. */
  readonly sql: string;
  /** The statement that takes it back where it stands, if there is one; else a database is made anew. */
  readonly undo?: string | undefined;
  /** The function, by its qualified name, that somebody must call to notice: what never calls it cannot. */
  readonly calls?: string | null | undefined;
  /** The Postgres role whose access it changes, where that is one. */
  readonly role?: string | undefined;
}

/** One way to make mutants. */
export interface Operator {
  readonly name: string;
  /** What its mutants stand for, for the report. */
  readonly about: string;
  readonly mutate: (subjects: Subjects) => readonly Draft[];
}

/** A mutant before its operator's name and a number, where texts repeat, make up the key. */
export interface Draft extends Omit<Mutant, 'key' | 'operator'> {
  /** What is changed within the subject, on one line. */
  readonly what: string;
}

/** All mutants of a catalog. Equal texts within one subject are numbered in the order in which they stand. */
export function mutantsOf(subjects: Subjects, operators: readonly Operator[]): readonly Mutant[] {
  const seen = new Map<string, number>();
  return operators.flatMap(({ name, mutate }) =>
    mutate(subjects).map(({ what, ...draft }): Mutant => {
      const text = `${name} ${draft.subject} ${what}`.replaceAll(/\s+/g, ' ').trim();
      const count = (seen.get(text) ?? 0) + 1;
      seen.set(text, count);
      return { ...draft, key: count === 1 ? text : `${text} #${count}`, operator: name };
    }),
  );
}
