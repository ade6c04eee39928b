/** The seed's ids, built as seed/10_logins.sql explains: a letter for the organisation, two digits for the part. */
export type Clinic = 'a' | 'b';
/** The organisation of an id: clinics, the transport company (`c`), the archived clinic (`d`), people between organisations (`e`), operations (`f`). */
export type Letter = Clinic | 'c' | 'd' | 'e' | 'f';

const KINDS = {
  organisation: '0',
  staff: '1',
  portal: '2',
  patient: '3',
  membership: '4',
  professional: '5',
  consent: '6',
  account: '7',
  network: '8',
  care: '9',
  appointment: 'a',
  record: 'b',
  grant: 'c',
  restriction: 'd',
  bed: 'e',
  case: 'f',
  admission: '91',
  agreement: '92',
  invoice: '93',
  line: '94',
  payment: '95',
  guarantee: '96',
  claim: '97',
  transfer: '98',
  vehicle: '99',
  crew: '9a',
  assignment: '9b',
  template: '9c',
  form: '9d',
  request: '9e',
  hold: '9f',
  incident: 'a1',
  extension: 'a5',
  document: 'a2',
  upload: 'a3',
  ticket: 'a4',
} as const;
/** What an id of the seed is of. */
export type Kind = keyof typeof KINDS;

/**
 * The id of a thing of the seed, by kind, organisation and part.
 *
 * @param part two digits: `01` is the clinic_admin of a clinic, its first patient, its first appointment.
 * @example idOf('patient', 'a', '01') // a3000000-0000-7000-8000-000000000001
 */
export function idOf(kind: Kind, letter: Letter, part = '01'): string {
  return `${`${letter}${KINDS[kind]}`.padEnd(8, '0')}-0000-7000-8000-0000000000${part}`;
}

/** The session of a login of the seed. */
export function sessionOf(userId: string): string {
  return userId.replace('-8000-', '-9000-');
}

/** The id of the seed's first clinic. */
export const CLINIC_A = idOf('organisation', 'a');
/** The id of its second one. */
export const CLINIC_B = idOf('organisation', 'b');

/** Valid, and nobody's. */
export const NOBODY = '00000000-0000-7000-8000-00000000dead';
