import { probe, surveys } from '../probe.ts';

export const s24 = probe(
  'S-24',
  [
    surveys(
      'every processor in use forbids training, under terms that still run',
      `select p.name::text as object, case when not p.no_training then 'may train' when p.dpa_until < current_date then 'has terms that are over' end as problem from governance.processors as p`,
    ),
  ],
  {
    needs: ['governance.processors', 'governance.insight_dispatches'],
    outside: 'what the contract with the processor says',
  },
);
