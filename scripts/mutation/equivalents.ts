/** Mutants that nobody can tell from the original, and why. */
interface Equivalent {
  readonly reason: string;
  /** Keys as `npm run mutation` prints them; `*` stands for any text. */
  readonly keys: readonly string[];
}

/**
 * A key listed here whose mutant is killed, or does not exist any more, is a finding: the reason has stopped being true.
 * "Nobody has written a test yet" is no reason.
 */
export const EQUIVALENTS: readonly Equivalent[] = [
  {
    reason:
      'own_patient_ids only lets an index find the rows; is_own_patient, beside it, decides on the exact pair',
    keys: ['drop-term public.* (* = ANY (( SELECT authz.own_patient_ids() AS own_patient_ids)::uuid[]))'],
  },
  {
    reason: 'every live member is let in, whatever their role, and the fence lets nobody else as far as here',
    keys: [
      "drop-term public.* (organisation_id = ( SELECT authz.organisation_for('{}'::text[], '{}'::text[]) AS organisation_for))",
      "drop-term public.* (organisation_id = ( SELECT authz.organisation_for('{clinic_admin,doctor,nurse,assistant,receptionist}'::text[], '{}'::text[]) AS organisation_for))",
    ],
  },
  {
    reason:
      'USING of the same policy asks the same of the same caller, and the row stays in its organisation by the fence',
    keys: [
      'drop-term public.* provider_update with check: (organisation_id = ( SELECT authz.organisation_for(*',
    ],
  },
  {
    reason: 'USING of the same policy asks the same of the same caller, whatever the row',
    keys: [
      "drop-term public.* internal_ops_update with check: ( SELECT authz.is_operator('{*}'::text[]) AS is_operator)",
    ],
  },
  {
    reason: 'the fence of operations asks the same',
    keys: [
      "drop-term public.* internal_ops_select using: ( SELECT authz.is_operator('{}'::text[]) AS is_operator)",
    ],
  },
  {
    reason:
      'who archives their own membership of operations is no operator any more, which the fence asks first',
    keys: [
      'drop-term public.ops_members internal_ops_select using: ((archived_at IS NULL) OR (archived_at = now())) #2',
    ],
  },
  {
    reason:
      'in the transaction that archives it, who would look is nobody any more: their liveness hangs on the row',
    keys: [
      'drop-term public.organisations provider_select using: (archived_at = now())',
      'drop-term public.organisations patient_select using: (archived_at = now())',
      'drop-term public.patients patient_select using: (archived_at = now())',
      'drop-term public.patient_accounts patient_select using: (archived_at = now())',
    ],
  },
];
