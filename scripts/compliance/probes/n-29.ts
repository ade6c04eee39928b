import { probe, refused, sees } from '../probe.ts';
import { ACCESS_LOG, KEPT, records, UNASKED } from './logged.ts';

const CHARTS = `select count(*) from public.medical_records`;

export const n29 = probe(
  'N-29',
  [
    sees('receptionist', 'whom no rule lets read a chart reads none', CHARTS, 0),
    records('receptionist', 'and that denial is written down, once', CHARTS, 1),
    sees('stranger', 'who belongs nowhere reads no bed', 'select count(*) from public.beds', 0),
    records(
      'stranger',
      'which is written down at the lowest audit level too',
      'select count(*) from public.beds',
      1,
    ),
    refused('doctor', 'what no rule lets anybody do is refused', 'delete from public.beds', '42501'),
    sees(
      'doctor',
      'control: a chart opens to who treats',
      `${CHARTS.replace('count(*)', 'count(*) > 0')}`,
      true,
    ),
    KEPT,
  ],
  { needs: ACCESS_LOG, except: UNASKED },
);
