import { matchesGlob } from './glob.ts';

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
  // Policies: said twice
  {
    reason:
      'own_patient_ids only lets an index find the rows; is_own_patient, beside it, decides on the exact pair',
    keys: ['drop-term public.* (* = ANY (( SELECT authz.own_patient_ids() AS own_patient_ids)::uuid[]))'],
  },
  {
    reason:
      'handed_over_ids only lets an index find the rows; is_handed_over, beside it, decides on the exact pair',
    keys: [
      'drop-term public.* (* = ANY (( SELECT authz.handed_over_ids(* AS handed_over_ids)::uuid[]))',
      'drop-term authz.handed_over_ids *',
    ],
  },
  {
    reason: 'the fence, which asks what reading asks, lets no such member as far as here',
    keys: [
      'widen-roles public.access_restrictions provider_* organisation_for {clinic_admin} and assistant',
      'widen-roles public.access_restrictions provider_* organisation_for {clinic_admin} and receptionist',
      'widen-roles public.appointments provider_update using: organisation_for {clinic_admin,doctor,nurse,assistant,receptionist} anybody',
      'widen-roles public.medical_record_details provider_insert with check: organisation_within {doctor} *',
      'widen-roles public.medical_record_details provider_update using: organisation_within {doctor} *',
      'widen-roles public.medical_records provider_insert with check: organisation_within {doctor,nurse} *',
      'widen-roles public.medical_records provider_update using: organisation_within {doctor,nurse} *',
      'widen-roles public.organisation_networks provider_* organisation_for {clinic_admin} and receptionist',
      'widen-roles public.patient_clinical provider_* organisation_within {doctor,nurse} and clinic_admin',
      'widen-roles public.patient_clinical provider_* organisation_within {doctor,nurse} and receptionist',
      'widen-roles public.professionals provider_* organisation_for {clinic_admin} and receptionist',
    ],
  },
  {
    reason:
      'the fence asks for the same two audiences, so that whoever else is let in here was stopped there',
    keys: [
      'widen-roles public.crew_members provider_update using: organisation_for *',
      'widen-roles public.invoice_lines provider_insert with check: organisation_for *',
      'widen-roles public.invoice_lines provider_update using: organisation_for *',
      'widen-roles public.invoices provider_insert with check: organisation_for *',
      'widen-roles public.invoices provider_update using: organisation_for *',
      'widen-roles public.payments provider_insert with check: organisation_for *',
      'widen-roles public.payments provider_update using: organisation_for *',
      'widen-roles public.transfer_jobs provider_update using: organisation_for *',
      'widen-roles public.vehicle_assignments provider_insert with check: organisation_for *',
      'widen-roles public.vehicle_assignments provider_update using: organisation_for *',
      'widen-roles public.vehicles provider_update using: organisation_for *',
    ],
  },
  {
    reason:
      'USING of the same policy asks the same of the same caller, and the row stays in its organisation by the fence',
    keys: [
      'open-clause public.appointment_reasons provider_update with check',
      'widen-roles public.appointment_reasons provider_update with check: organisation_for *',
    ],
  },
  {
    reason: 'provider_update_rows guards each branch with its own audience: the opening is their union',
    keys: ['widen-roles public.patients provider_update using: organisation_for *'],
  },
  {
    reason: 'USING of the same policy asks the same of the same caller, whatever the row',
    keys: [
      "drop-term public.* internal_ops_update with check: ( SELECT authz.is_operator('{*}'::text[]) AS is_operator)",
      'widen-roles public.* internal_ops_update with check: is_operator *',
    ],
  },
  {
    reason:
      'the branch of clinic_admin asks less of the row, and whoever comes as far as here, by USING, has one of the two',
    keys: [
      "drop-term public.crew_members provider_update_rows *: (organisation_id = ( SELECT authz.organisation_for('{}'::text[], '{transport}'::text[]) AS organisation_for))",
      "drop-term public.vehicles provider_update_rows *: (organisation_id = ( SELECT authz.organisation_for('{}'::text[], '{transport}'::text[]) AS organisation_for))",
    ],
  },
  {
    reason: 'the fence of operations asks the same',
    keys: [
      "drop-term public.* internal_ops_select using: ( SELECT authz.is_operator('{}'::text[]) AS is_operator)",
    ],
  },
  {
    reason: 'the fence of the table asks the same',
    keys: [
      'drop-term public.organisations patient_select using: (id = ANY (( SELECT authz.patient_organisation_ids() AS patient_organisation_ids)::uuid[]))',
      'drop-term public.profiles patient_select using: (user_id = ( SELECT authz.user_id() AS user_id))',
      'drop-term public.profiles provider_select using: (user_id = ANY (( SELECT authz.colleague_ids() AS colleague_ids)::uuid[]))',
    ],
  },
  {
    reason: 'colleague_ids is empty for who holds no live membership',
    keys: ['drop-guard public.profiles provider_select using: *'],
  },
  {
    reason: 'nobody ranks below a receptionist, so that there is no role they could give',
    keys: [
      'widen-roles public.organisation_members provider_* organisation_for {clinic_admin} and receptionist',
    ],
  },
  // Rows on which somebody's own liveness hangs
  {
    reason: 'once it is archived, who would look is nobody any more: their liveness hangs on the row',
    keys: [
      'drop-term public.organisations provider_select_rows using: *archived_at = now()*',
      'drop-term public.patients patient_select using: *archived_at = now()*',
      'swap-connective public.organisations provider_select* using: *⟨AND⟩ ((archived_at IS NULL) OR*',
      'shift-comparison public.organisations provider_select* using: *(archived_at ⟨=⟩ now())*',
      'shift-comparison public.patients patient_select using: *(archived_at ⟨=⟩ now())*',
    ],
  },
  {
    reason:
      'who archives their own membership of operations is no operator any more, which the fence asks first',
    keys: [
      'drop-term public.ops_members internal_ops_select using: ((archived_at IS NULL) OR (archived_at = now())) #2',
      'drop-term public.ops_members internal_ops_select using: (archived_at = now()) #2',
      'shift-comparison public.ops_members internal_ops_select using: *(archived_at ⟨=⟩ now()))))',
    ],
  },
  {
    reason: 'who is not signed in archives nothing, so that no row is archived within their transaction',
    keys: [
      'drop-term public.organisations anon_select using: (archived_at = now())',
      'shift-comparison public.organisations anon_select using: *(archived_at ⟨=⟩ now())*',
    ],
  },
  {
    reason:
      'nobody of the portal archives an organisation, so that none is archived within a transaction that reads it',
    keys: ['drop-term public.organisations patient_select using: (archived_at = now())'],
  },
  {
    reason:
      'nobody of the portal writes accounts, so that none is archived within a transaction that reads it',
    keys: [
      'drop-term public.patient_accounts patient_select using: (archived_at = now())',
      'shift-comparison public.patient_accounts patient_select using: *(archived_at ⟨=⟩ now())*',
    ],
  },
  {
    reason: 'the clock never stands still: nobody can ask at the very microsecond that a row names',
    keys: [
      'shift-comparison authz.live_memberships * OR (m.valid_until ⟨>⟩ clock_timestamp())*',
      'shift-comparison authz.live_sessions *⟨>⟩ clock_timestamp()*',
      'shift-comparison authz.live_sessions *⟨<=⟩ clock_timestamp()*',
      'shift-comparison public.accept_membership *⟨>⟩ clock_timestamp()*',
      "shift-comparison public.pre_request *(v_claims ->> 'exp')::numeric ⟨<⟩ v_now - 30*",
      "shift-comparison public.pre_request *(v_claims ->> 'nbf')::numeric ⟨>⟩ v_now + 30*",
    ],
  },
  // A restrictive policy behind a permissive one
  {
    reason: 'provider_update lets nobody of that role come as far as here',
    keys: [
      'widen-roles public.beds provider_update_rows *: organisation_for {clinic_admin} and receptionist',
      'widen-roles public.beds provider_update_rows *: organisation_for {doctor,nurse,assistant} and receptionist',
      'widen-roles public.admissions provider_update_rows *: organisation_for {clinic_admin} and receptionist',
      'widen-roles public.admissions provider_update_rows *: organisation_for {doctor,nurse,assistant} and receptionist',
      'widen-roles public.patients provider_update_rows *: organisation_for {clinic_admin} and assistant',
      'widen-roles public.patients provider_update_rows *: organisation_for {doctor,nurse,receptionist} and assistant',
    ],
  },
  {
    reason: 'a clinic_admin is let in by a branch of their own, which asks less',
    keys: [
      'widen-roles public.beds provider_update_rows *: organisation_for {doctor,nurse,assistant} and clinic_admin',
      'widen-roles public.admissions provider_update_rows *: organisation_for {doctor,nurse,assistant} and clinic_admin',
      'widen-roles public.patients provider_update_rows *: organisation_for {doctor,nurse,receptionist} and clinic_admin',
    ],
  },
  {
    reason: 'who comes as far as here has transport, or is clinic_admin, whose branch asks less',
    keys: [
      'widen-roles public.vehicles provider_update_rows *: organisation_for {transport} without transport',
    ],
  },
  {
    reason: 'the permissive policy asks that purpose of the same caller',
    keys: [
      'widen-roles public.medical_records provider_insert_rows with check: organisation_within {treatment} without treatment',
      'widen-roles public.medical_records provider_update_rows *: organisation_within {treatment} without treatment',
    ],
  },
  // What another part of the same statement says already
  {
    reason: 'a column that was dropped is called ........pg.dropped.N........, and never organisation_id',
    keys: [
      'drop-term public.count_sealed_records not a.attisdropped',
      'drop-term public.list_sealed_records not a.attisdropped',
    ],
  },
  {
    reason: "internal triggers call the server's own functions, and none of ours",
    keys: ['drop-term audit.sealed_tables not g.tgisinternal'],
  },
  {
    reason:
      'of 68 bytes the payload is empty, which audit.read_payload reads as nothing: forged, as what is shorter',
    keys: ['shift-comparison audit.take_access_records *length(m.message) ⟨>⟩ 68 *'],
  },
  {
    reason: 'reached with the purpose treatment alone, by which nothing is shared with a transport company',
    keys: [
      'drop-statement authz.tg_consents__project perform authz.recall_shares(new.organisation_id, new.patient_id, new.purpose) #2',
    ],
  },
  {
    reason:
      'object_path is generated of the ids of its document, so that the path which was looked up is theirs',
    keys: [
      'drop-term authz.tg_objects__uploaded d.id = g.document_id',
      'drop-term authz.tg_objects__uploaded d.organisation_id = g.organisation_id',
      'drop-term authz.tg_objects__uploaded g.document_id = v_document_id',
      'drop-term authz.tg_objects__uploaded g.organisation_id = v_organisation_id',
    ],
  },
  {
    reason: 'who has no grant is nobody, and nobody is a live member',
    keys: ['drop-term authz.tg_objects__uploaded v_grant.id is null'],
  },
  {
    reason:
      'no second consent to the purpose is active beside the new one: consents_organisation_id_patient_id_purpose_active_key',
    keys: ["drop-term authz.tg_consents__disclosure c.status = 'active'"],
  },
  {
    reason: 'what is given was not active, as it stands in the table',
    keys: ['drop-term authz.tg_consents__version c.id <> new.id'],
  },
  {
    reason:
      'without it the UPDATE finds no row, or one whose segments hold none of no segments: nothing is written',
    keys: [
      'drop-term authz.tg_medical_records__protect new.is_segmented',
      'drop-term authz.tg_medical_records__protect new.supersedes_id is not null',
    ],
  },
  {
    reason: 'the trigger of the bed answers the same (CD010)',
    keys: ['drop-term public.admit_patient b.archived_at is null'],
  },
  // Three-valued logic, and OLD in an INSERT
  {
    reason:
      'an invoice that is a draft or void holds no payment that could be updated: its totals refuse that state',
    keys: ["drop-term authz.tg__frozen_child tg_op = 'INSERT' #3"],
  },
  {
    reason: 'in an INSERT every field of OLD is NULL, and a status never is',
    keys: [
      "drop-term authz.tg_admissions__bed tg_op = 'UPDATE'",
      "drop-term authz.tg__status_stamp tg_op = 'INSERT'",
      "drop-term authz.tg_consents__version tg_op = 'UPDATE'",
      "drop-term authz.tg_claims__sound tg_op = 'UPDATE'",
      "drop-term authz.tg_claims__sound tg_op = 'UPDATE' #2",
      "drop-term authz.tg_claims__sound tg_op = 'UPDATE' #3",
    ],
  },
  // Views and functions
  {
    reason:
      'the fence refuses the row whatever it says: to another organisation than the current one nobody writes',
    keys: ["drop-statement authz.tg__patient_status new.patient_status := 'archived'"],
  },
  {
    reason:
      'it finds rows by an index, too many on purpose: what decides compares organisation and patient at once',
    keys: [
      'swap-connective authz.reachable_patients nisation_id = m.organisation_id ⟨and⟩ g.user_id = m.user_id and g.end',
    ],
  },
  {
    reason:
      'a job names the organisation that sent it beside the transfer: it is the same one whichever row of that id names its company',
    keys: ['drop-term public.cancel_transfer t.organisation_id = v_tenant'],
  },
  {
    reason: 'who examines the log is shown that of one organisation',
    keys: ['drop-term public.access_anomalies (h.organisation_id = d.organisation_id)'],
  },
  {
    reason: 'a new row has no old one, from which whatever it says is distinct: it only saves the comparison',
    keys: ['labels', 'lists', 'moments', 'no_secrets', 'words'].map(
      (name) => `drop-term authz.tg__${name} tg_op = 'INSERT'`,
    ),
  },
  {
    reason:
      'the triggers call it for such rows alone, by a condition of their own, and no list that they pass is of 50 or shorter',
    keys: [
      "drop-term authz.tg__lists jsonb_typeof(v_list) = 'array'",
      'shift-comparison authz.tg__lists * jsonb_array_length(v_list) ⟨>⟩ 50*',
    ],
  },
  {
    reason: 'what is told of at this very moment is told of at this moment, set to it or not',
    keys: ['shift-comparison authz.tg_security_incidents__notice * new.subjects_notified_at ⟨>⟩ v_now *'],
  },
  {
    reason: 'cordon_definer alone reads it, and its policies on the tables beneath are true',
    keys: ['view-as-owner authz.live_*'],
  },
];

/** Why nobody can tell this mutant from the original, if a reason is listed. */
export function reasonFor(key: string, equivalents = EQUIVALENTS): string | undefined {
  return equivalents.find(({ keys }) => keys.some((pattern) => matchesGlob(pattern, key)))?.reason;
}
