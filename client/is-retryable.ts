import { find } from './to-cordon-error.ts';

/** Somebody seals, erases or purges, or changes the patient of a visit (CD018); two transactions in each other's way (40001, 40P01); a lock that did not come in time (55P03). */
const IN_THE_WAY = /^(?:CD018|40001|40P01|55P03)$/;

/**
 * Whether the same may succeed when it is done again: what failed was in somebody's way, and nothing of it was committed.
 *
 * Do all of the `withSession` again, not the statement, after a moment that differs from one to the next, and a few times at most. A connection that is
 * lost is not among them: lost at the COMMIT, it leaves open whether that was done.
 *
 * @param error whatever a session threw, or a driver outside of one; what others have wrapped around it is looked through (`cause`).
 */
export function isRetryable(error: unknown): boolean {
  return find(error, IN_THE_WAY) !== undefined;
}
