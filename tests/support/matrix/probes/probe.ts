import type { Clinic } from '../../../../testing/ids.ts';
import { idOf, NOBODY } from '../../../../testing/ids.ts';
import type { Persona } from '../../../../testing/personas.ts';

/** Where one probe is aimed. */
export interface Aim {
  readonly persona: Persona;
  /** The clinic whose row is asked for: the persona's own, or the other. */
  readonly clinic: Clinic;
  readonly whose: 'own' | 'other';
}

/** Values by column, as SQL literals. */
export type Values = Readonly<Record<string, string>>;

interface InsertProbe {
  /** Run as superuser before, and rolled back after: the rows that a valid insert needs. */
  readonly prepare?: string;
  readonly values: Values;
  /** The tenant that a pinned writer has to pin, where it is not the persona's home. */
  readonly pin?: string;
}

/**
 * How to ask one table what a persona may do. Values must be valid: whatever a constraint refuses has not been asked
 * of the policies.
 */
export interface TableProbe {
  /** Rows of the clinic, or of nobody in particular, as a condition on the table's own columns. */
  readonly rows: (aim: Aim) => string;
  /** A new row for the clinic. */
  readonly insert: (aim: Aim) => InsertProbe;
  /** Constants that every row of the table may take, in order of preference; a realm is asked with the first it holds. */
  readonly update: Values;
}

export const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
export const organisation = (clinic: Clinic) => text(idOf('organisation', clinic));
export const NEW = text(NOBODY);

export const inTenant = ({ clinic }: Aim) => `organisation_id = ${organisation(clinic)}`;
