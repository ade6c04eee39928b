import type { Explanation } from '../../console/errors.ts';
import type { Migration } from '../../migrate/history.ts';
import type { Sources } from '../../sources/sources.ts';
import type { Base } from '../history/base.ts';
import type { End, Start, Step } from '../history/step.ts';
import type { Verdict } from '../verdicts/verdict.ts';

/** One migration of a change, and what it does. */
export interface JudgedStep extends Step {
  readonly verdicts: readonly Verdict[];
}

/** Everything that guards look at. */
export interface Change {
  readonly base: Base;
  /** All files of the working tree. */
  readonly head: readonly Migration[];
  readonly steps: readonly JudgedStep[];
  readonly start: Start;
  readonly end: End;
  readonly sources: Sources;
  /** Connected to the database at the end of the change; what a guard does there it rolls back. */
  readonly url: string;
}

/** Something that stops a change. */
export interface ReviewFinding extends Required<Pick<Explanation, 'problem' | 'expected' | 'remedy'>> {
  readonly guard: string;
  /** The file or the object. */
  readonly where: string;
  readonly details?: readonly string[];
}

/** One reason to stop a change. */
export interface Guard {
  /** Also the name of the file that holds it. */
  readonly name: string;
  /** What is true of every change that passes, as a sentence. */
  readonly claim: string;
  readonly requirements: readonly string[];
  readonly check: (
    change: Change,
  ) => Promise<readonly Omit<ReviewFinding, 'guard'>[]> | readonly Omit<ReviewFinding, 'guard'>[];
}
