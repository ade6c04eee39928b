import type { Letter } from '../../../../testing/ids.ts';
import { idOf } from '../../../../testing/ids.ts';
import { CHARTS } from './charts.ts';
import { DOCUMENTS } from './documents.ts';
import { FORMS } from './forms.ts';
import { GOVERNANCE } from './governance.ts';
import { MONEY } from './money.ts';
import { PATIENTS } from './patients.ts';
import { PRIVACY } from './privacy.ts';
import { type TableProbe, text } from './probe.ts';
import { TENANCY } from './tenancy.ts';
import { TRANSFERS } from './transfers.ts';
import { VIEW_KEYS } from './views.ts';
import { WARDS } from './wards.ts';

export type { Aim, TableProbe, Values } from './probe.ts';

const PROBES: Readonly<Record<string, TableProbe>> = {
  ...TENANCY,
  ...PATIENTS,
  ...CHARTS,
  ...WARDS,
  ...MONEY,
  ...TRANSFERS,
  ...FORMS,
  ...PRIVACY,
  ...DOCUMENTS,
  ...GOVERNANCE,
};

/**
 * The probe of a table.
 *
 * @throws Error for a table that has rules and no probe: what nobody asks about is not known to hold.
 */
export function probeOf(table: string): TableProbe {
  const probe = PROBES[table];
  if (!probe) throw new Error(`${table} has no probe: add one to tests/support/matrix/probes/`);
  return probe;
}

/** Rows of a clinic in a view. @throws Error as {@link probeOf}. */
export function viewRows(view: string, clinic: Letter): string {
  const key = VIEW_KEYS[view];
  if (key === undefined)
    throw new Error(`${view} has no probe: add one to tests/support/matrix/probes/views.ts`);
  if (key === null) return 'true';
  return `${key} = ${text(idOf('organisation', clinic))}`;
}
