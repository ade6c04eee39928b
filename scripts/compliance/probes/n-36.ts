import { changes, probe, refused, sees } from '../probe.ts';
import { CLINIC_A } from '../world.ts';
import { DOCTOR } from './subjects.ts';

export const n36 = probe(
  'N-36',
  [
    changes('doctor', 'a clinic is chosen', `select public.set_context('${CLINIC_A}', 'treatment')`, 1),
    sees(
      undefined,
      'and that is on record, once',
      `select count(*) from audit.context_log where organisation_id = '${CLINIC_A}' and user_id = '${DOCTOR}'`,
      1,
    ),
    refused(
      undefined,
      'where nobody changes it, the owner included',
      `update audit.context_log set purpose = 'research' where user_id = '${DOCTOR}'`,
      'CD014',
    ),
    refused(
      undefined,
      'nor deletes it',
      `delete from audit.context_log where user_id = '${DOCTOR}'`,
      'CD014',
    ),
  ],
  { needs: ['audit.context_log'] },
);
