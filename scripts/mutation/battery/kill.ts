/** What noticed a mutant. */
export interface Kill {
  /** `invariant fence-holds`, `matrix`, `columns`, `pgTAP authz/holds.test.sql`, `tenancy/portal.test.ts`. */
  readonly by: string;
  /** The claim that turned red. */
  readonly claim: string;
}
