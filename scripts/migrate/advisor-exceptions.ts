/** A finding of Supabase's advisors that is accepted, and why. */
export interface AdvisorException {
  /** As `npm run advisors -- --json` prints it. */
  readonly key: string;
  readonly reason: string;
}

/** An entry that matches nothing any more fails the check. */
export const ADVISOR_EXCEPTIONS: readonly AdvisorException[] = [];
