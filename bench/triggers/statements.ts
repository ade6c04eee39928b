import type { ParameterType } from '../wire.ts';

/** What a row to be written hangs on: parameters of a statement over one row, columns of `bench.places` over many. */
interface Places {
  readonly organisation: string;
  /** In no bed. */
  readonly patient: string;
  /** With nobody in it. */
  readonly bed: string;
  readonly draft: string;
  /** Who owes it: a line names the patient of its invoice. */
  readonly draftDebtor: string;
  readonly issued: string;
  readonly issuedDebtor: string;
}

const ONE: Places = {
  organisation: '$1',
  patient: '$2',
  bed: '$3',
  draft: '$4',
  draftDebtor: '$6',
  issued: '$5',
  issuedDebtor: '$6',
};
const MANY: Places = {
  organisation: 'p.organisation_id',
  patient: 'p.patient_id',
  bed: 'p.bed_id',
  draft: 'p.ten_a_draft_id',
  draftDebtor: 'p.ten_a_draft_debtor_id',
  issued: 'p.issued_id',
  issuedDebtor: 'p.debtor_id',
};

/** The parameters of ONE, then the row to update. */
export const PARAMETERS: readonly ParameterType[] = ['uuid', 'uuid', 'uuid', 'uuid', 'uuid', 'uuid', 'uuid'];

/** How one table is written to: the steps that its triggers are there for, and not a touch that they wave through. */
export interface Subject {
  readonly table: string;
  readonly insert: { readonly columns: string; readonly values: (places: Places) => string };
  readonly update: {
    /** What it does, in a word or two. */
    readonly does: string;
    readonly set: string;
    /** Which rows, beside the organisation: as many as a statement over many rows has. */
    readonly where: string;
    /** Kind of the rows in `bench.rows`. */
    readonly kind: string;
  };
  /** Whether a trigger of its own writes the activity log. */
  readonly isLogged: boolean;
}

export const SUBJECTS: readonly Subject[] = [
  {
    table: 'beds',
    insert: {
      columns: 'organisation_id, ward, label',
      values: ({ organisation }) => `${organisation}, 'new', gen_random_uuid()::text`,
    },
    update: { does: 'reserve', set: `status = 'reserved'`, where: `ward = 'free'`, kind: 'bed' },
    isLogged: false,
  },
  {
    table: 'admissions',
    insert: {
      columns: 'organisation_id, patient_id, bed_id, status',
      values: ({ organisation, patient, bed }) => `${organisation}, ${patient}, ${bed}, 'admitted'`,
    },
    update: {
      does: 'discharge',
      set: `status = 'discharged', disposition = 'home'`,
      where: `status = 'admitted'`,
      kind: 'admission',
    },
    isLogged: true,
  },
  {
    table: 'cases',
    insert: {
      columns: 'organisation_id, number, patient_id',
      values: ({ organisation, patient }) => `${organisation}, upper(gen_random_uuid()::text), ${patient}`,
    },
    update: {
      does: 'next step',
      set: `status = 'awaiting_transfer'`,
      where: `status = 'active'`,
      kind: 'case',
    },
    isLogged: true,
  },
  {
    table: 'invoices',
    insert: {
      columns: 'organisation_id, number, patient_id, currency',
      values: ({ organisation, patient }) =>
        `${organisation}, upper(gen_random_uuid()::text), ${patient}, 'BRL'`,
    },
    update: { does: 'issue', set: `status = 'issued'`, where: `status = 'draft'`, kind: 'draft' },
    isLogged: false,
  },
  {
    // Ten lines an invoice.
    table: 'invoice_lines',
    insert: {
      columns: 'organisation_id, invoice_id, patient_id, description, unit_minor',
      values: ({ organisation, draft, draftDebtor }) =>
        `${organisation}, ${draft}, ${draftDebtor}, 'Consultation of thirty minutes', 12000`,
    },
    update: { does: 'quantity', set: 'quantity = quantity + 1', where: 'unit_minor = 100', kind: 'line' },
    isLogged: false,
  },
  {
    // Every payment on an invoice of its own: none shares the adding up with another.
    table: 'payments',
    insert: {
      columns: 'organisation_id, invoice_id, patient_id, amount_minor, method, terminal_reference',
      values: ({ organisation, issued, issuedDebtor }) =>
        `${organisation}, ${issued}, ${issuedDebtor}, 100, 'card', 'T-100'`,
    },
    update: {
      does: 'reference',
      set: `terminal_reference = 'T-100'`,
      where: 'terminal_reference is null',
      kind: 'payment',
    },
    isLogged: false,
  },
  {
    table: 'patients',
    insert: {
      columns: 'organisation_id, mrn, full_name',
      values: ({ organisation }) => `${organisation}, gen_random_uuid()::text, 'Ana Maria Ferreira'`,
    },
    update: { does: 'language', set: `language = 'pt'`, where: `language = 'en'`, kind: 'patient' },
    isLogged: false,
  },
];

export type Kind = 'insert' | 'update';
export const KINDS: readonly Kind[] = ['insert', 'update'];

/** One row, by PARAMETERS. */
export function oneRow({ insert, update }: Subject, kind: Kind, relation: string): string {
  return kind === 'insert'
    ? `insert into ${relation} (${insert.columns}) values (${insert.values(ONE)})`
    : `update ${relation} set ${update.set} where organisation_id = $1 and id = $7`;
}

/** As many rows as `bench.places` has, of the organisation that is the only parameter. */
export function manyRows({ insert, update }: Subject, kind: Kind, relation: string): string {
  return kind === 'insert'
    ? `insert into ${relation} (${insert.columns})
       select ${insert.values(MANY)} from bench.places as p where p.organisation_id = $1`
    : `update ${relation} set ${update.set} where organisation_id = $1 and ${update.where}`;
}
