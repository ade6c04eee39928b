/** One way to break a rule, which the rule must notice. */
export interface Fault {
  readonly told: string;
  /** Run as superuser in a transaction that is rolled back: the roll-back mends it. */
  readonly plant: string;
  /** What the rule must name. */
  readonly caught: string;
}

/** A tenant table with nothing that a table needs. */
export const TENANT_TABLE = `
  create table public.planted (
    organisation_id uuid not null references public.organisations (id),
    id uuid not null,
    patient_id uuid,
    primary key (organisation_id, id)
  );`;
