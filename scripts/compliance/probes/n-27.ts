import { probe, sees } from '../probe.ts';
import { ANA, INACTIVE } from './subjects.ts';

export const n27 = probe('N-27', [
  sees(
    'nurse',
    'a nurse reads an active patient',
    `select count(*) from public.patients where id = '${ANA}'`,
    1,
  ),
  sees('nurse', 'not an inactive one', `select count(*) from public.patients where id = '${INACTIVE}'`, 0),
  sees(
    'dispatcherOfC',
    'a role that takes no part in care reads none',
    'select count(*) from public.patients',
    0,
  ),
  sees(
    'doctorOfB',
    'and nobody the same patient from another clinic',
    `select count(*) from public.patients where id = '${ANA}'`,
    0,
  ),
]);
