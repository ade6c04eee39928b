import type { TablePolicy } from '../../../../policies/vocabulary.ts';
import type { Result } from '../actor.ts';

/**
 * What the access matrix takes for granted: that a row is not archived, its patient active, its consent in force. Here
 * one row at a time is put into a state that breaks a condition, and everybody whom the rules let in before is asked
 * again. A write is asked in both directions: out of the state, where USING has to refuse, and into it, where WITH CHECK
 * has to, whatever columns a grant names.
 */
export interface StateCell {
  readonly relation: string;
  readonly persona: string;
  /** `leave`: an UPDATE that mends the state; `enter`: one that breaks it. */
  readonly act: 'SELECT' | 'INSERT' | 'UPDATE' | 'leave' | 'enter';
  readonly state: string;
  readonly expected: StateAnswer;
  readonly observed: StateAnswer | string;
}

/** `no_row`: nothing was found, without an error. `refused`: the new row was, by its policy. */
export type StateAnswer = 'allow' | 'no_row' | 'refused';

/** What a statement tells; a refusal that is no policy's is told by its code. */
export function answer(result: Result, happened: () => boolean): StateAnswer | string {
  if (result.ok) return happened() ? 'allow' : 'no_row';
  if (result.code === '42501' && result.message.includes('row-level security')) return 'refused';
  return `${result.code} ${result.message}`;
}

export function nameOf({ schema, tableName }: TablePolicy): string {
  return `${schema ?? 'public'}.${tableName}`;
}
