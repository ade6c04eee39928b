import type { TablePolicy } from '../../../policies/vocabulary.ts';
import { handedOverKey } from '../../../scripts/policy/conditions.ts';
import { quoteLiteral } from '../../../scripts/postgres/quote.ts';
import { idOf, NOBODY } from '../../../testing/ids.ts';
import type { Persona } from '../../../testing/personas.ts';

/** A way in which a row can fail the conditions. */
export interface RowState {
  readonly name: string;
  readonly breaks: readonly string[];
  /** Conditions that have something to say of the state, and let it pass. */
  readonly passes?: readonly string[];
  readonly column: (table: TablePolicy) => string;
  readonly broken: (persona: Persona, table: TablePolicy) => string;
  /** The value under which the condition holds. */
  readonly holds: (persona: Persona, table: TablePolicy) => string;
}

export const ARCHIVING = 'being archived';

const constant = (value: string) => () => value;

/** What operations hold of clinic A: case 03, its patient, and the bed they lie in. */
export const HELD = {
  case: idOf('case', 'a', '03'),
  patient: idOf('patient', 'a', '03'),
  consenting_patient: idOf('patient', 'a', '03'),
  bed: idOf('bed', 'a', '04'),
} as const;

export const STATES: readonly RowState[] = [
  {
    name: 'archived',
    breaks: ['not_archived', 'unarchived'],
    column: constant('archived_at'),
    broken: constant(`'2020-01-01'`),
    holds: constant('null'),
  },
  {
    // The transaction that archives a row still sees it.
    name: ARCHIVING,
    breaks: ['unarchived'],
    passes: ['not_archived'],
    column: constant('archived_at'),
    broken: constant('now()'),
    holds: constant('null'),
  },
  {
    name: 'of an inactive patient',
    breaks: ['patient_active'],
    column: constant('patient_status'),
    broken: constant(`'inactive'`),
    holds: constant(`'active'`),
  },
  {
    name: 'not attached to a case',
    breaks: ['attached'],
    column: constant('case_id'),
    broken: constant('null'),
    holds: constant(quoteLiteral(idOf('case', 'a', '03'))),
  },
  {
    name: 'that operations do not hold',
    breaks: ['handed_over'],
    column: handedOverKey,
    broken: constant(quoteLiteral(NOBODY)),
    holds: (_, table) => quoteLiteral(HELD[table.handedOverBy ?? 'case']),
  },
  {
    name: 'expired',
    breaks: ['unexpired'],
    column: constant('expires_at'),
    broken: constant(`now() - interval '1 second'`),
    holds: constant(`'infinity'`),
  },
  {
    // Both clocks of a statement stand still: a packet is gone at its end.
    name: 'expiring at this moment',
    breaks: ['unexpired'],
    column: constant('expires_at'),
    broken: constant('statement_timestamp()'),
    holds: constant(`'infinity'`),
  },
  {
    name: 'inactive',
    breaks: ['active'],
    column: constant('status'),
    broken: (_, { tableName }) => (tableName === 'documents' ? `'frozen'` : `'inactive'`),
    holds: constant(`'active'`),
  },
  {
    // Generated from the kind.
    name: 'of another kind than a financial one',
    breaks: ['financial'],
    column: constant('kind'),
    broken: constant(`'report'`),
    holds: constant(`'invoice'`),
  },
  {
    name: 'beyond proposed',
    breaks: ['proposed'],
    column: constant('status'),
    broken: constant(`'active'`),
    holds: constant(`'proposed'`),
  },
  {
    name: 'after a consent that has ended',
    breaks: ['consent:treatment'],
    column: constant('treatment_consent_until'),
    broken: constant(`now() - interval '1 second'`),
    holds: constant(`'infinity'`),
  },
  {
    // Both clocks of a statement stand still: "until" does not include its end.
    name: 'at the end of a consent',
    breaks: ['consent:treatment'],
    column: constant('treatment_consent_until'),
    broken: constant('statement_timestamp()'),
    holds: constant(`'infinity'`),
  },
  {
    name: 'without a consent',
    breaks: ['consent:treatment'],
    column: constant('treatment_consent_until'),
    broken: constant('null'),
    holds: constant(`'infinity'`),
  },
  {
    name: "the caller's own",
    breaks: ['other_user'],
    column: constant('user_id'),
    broken: ({ userId }) => quoteLiteral(userId ?? NOBODY),
    holds: constant(quoteLiteral(NOBODY)),
  },
  {
    name: "of the caller's own rank",
    breaks: ['below_own_rank'],
    column: constant('role'),
    broken: constant(`'clinic_admin'`),
    holds: constant(`'receptionist'`),
  },
  {
    name: "somebody else's patient",
    breaks: ['own_patient'],
    column: (table) => table.patientKey ?? 'patient_id',
    broken: constant(quoteLiteral(NOBODY)),
    holds: ({ live }) => quoteLiteral(live?.realm === 'patient' ? live.patientId : NOBODY),
  },
];
